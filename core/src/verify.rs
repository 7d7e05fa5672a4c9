//! Codes that confirm a login.

pub use crate::typed::generated::verify::*;
