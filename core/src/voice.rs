//! Calls and what belongs to them.

pub use crate::typed::generated::voice::*;
