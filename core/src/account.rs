//! Accounts, phone numbers, usage and whatever else of `api.v2010` is neither a message nor a call.

pub use crate::typed::generated::account::*;
