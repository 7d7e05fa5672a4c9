//! Each usual mistake is told, and proven where it can be.
