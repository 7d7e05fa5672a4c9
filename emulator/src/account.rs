//! An account: its token, and what it owns.

use std::collections::{HashMap, HashSet};

use crate::{calls::Call, clock::Moment, messages::Message, store::Table, verify::Verification};

/// What one account owns.
#[derive(Debug)]
pub(crate) struct Account {
    /// The token that it was first used with; unknown while only API keys were used.
    pub(crate) token: Option<String>,
    /// The account that it is a part of.
    pub(crate) parent: Option<String>,
    pub(crate) friendly_name: Option<String>,
    pub(crate) status: &'static str,
    pub(crate) created: Option<Moment>,
    pub(crate) messages: Table<Message>,
    pub(crate) calls: Table<Call>,
    pub(crate) verifications: Table<Verification>,
    /// Who said STOP to whom: (the account's number, the person).
    pub(crate) opted_out: HashSet<(String, String)>,
    /// When a person last wrote on WhatsApp to one of the account's senders.
    pub(crate) sessions: HashMap<(String, String), Moment>,
}

impl Default for Account {
    fn default() -> Self {
        Self {
            token: None,
            parent: None,
            friendly_name: None,
            status: "active",
            created: None,
            messages: Table::default(),
            calls: Table::default(),
            verifications: Table::default(),
            opted_out: HashSet::new(),
            sessions: HashMap::new(),
        }
    }
}
