//! Holds what sends said of themselves against what a server's journal says.

use std::time::Duration;

/// What one send said of itself.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    /// The text that the create carried.
    pub(crate) text: String,
    pub(crate) outcome: &'static str,
    /// The kind of error; nothing for success.
    pub(crate) kind: Option<&'static str>,
    pub(crate) took: Duration,
}

impl Claim {
    pub(crate) fn new<T>(text: String, result: &ringback::Result<T>, took: Duration) -> Self {
        let (outcome, kind) = match result {
            Ok(_) => ("sent", None),
            Err(error) => (error.outcome().as_str(), Some(error.kind().as_str())),
        };
        Self { text, outcome, kind, took }
    }
}

/// How many claims were wrong, and in which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) sends: usize,
    pub(crate) duplicates: usize,
    pub(crate) wrongly_sent: usize,
    pub(crate) wrongly_not_sent: usize,
    pub(crate) unknown: usize,
}

impl Verdict {
    pub(crate) fn is_clean(&self) -> bool {
        self.duplicates + self.wrongly_sent + self.wrongly_not_sent == 0
    }

    /// Both together.
    pub(crate) fn and(self, other: Self) -> Self {
        Self {
            sends: self.sends + other.sends,
            duplicates: self.duplicates + other.duplicates,
            wrongly_sent: self.wrongly_sent + other.wrongly_sent,
            wrongly_not_sent: self.wrongly_not_sent + other.wrongly_not_sent,
            unknown: self.unknown + other.unknown,
        }
    }

    /// Counts claims against the journal of the server that they were made to.
    pub(crate) fn count(&mut self, claims: &[Claim], journal: &[String]) {
        for claim in claims {
            let accepted = journal.iter().filter(|text| **text == claim.text).count();
            self.sends += 1;
            self.duplicates += accepted.saturating_sub(1);
            self.wrongly_sent += usize::from(claim.outcome == "sent" && accepted == 0);
            self.wrongly_not_sent += usize::from(claim.outcome == "not_sent" && accepted > 0);
            self.unknown += usize::from(claim.outcome == "unknown");
        }
    }
}
