//! Messages: SMS, MMS, WhatsApp and whatever else has a sender and a recipient.

pub use crate::typed::generated::messaging::*;
