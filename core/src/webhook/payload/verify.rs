//! The webhook of Verify, which tells of factors and challenges.

use super::{choices::VerifyEventType, macros};

macros::payload! {
    /// What happened to a factor or a challenge of Verify.
    VerifyEvent {
        key (VerifyEventType) event_type "type";
        key text service_sid "service_sid";
        always text uuid "uuid";
        always text account_sid "account_sid";
        sometimes text entity_identity "entity_identity";
        sometimes text entity_sid "entity_sid";
        sometimes text factor_sid "factor_sid";
        sometimes text factor_type "factor_type";
        sometimes text factor_friendly_name "factor_friendly_name";
        sometimes text challenge_sid "challenge_sid";
        sometimes json challenge_details "challenge_details";
        sometimes json challenge_metadata "challenge_metadata";
    }
}
