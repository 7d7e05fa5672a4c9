//! The words that stop and start messages: STOP, START, HELP and their like.

/// What a person's word asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Stop,
    Start,
    Help,
}

impl Keyword {
    /// Reads a text that is one such word and nothing else, in any case.
    pub(super) fn of(text: &str) -> Option<Self> {
        match text.trim().to_ascii_uppercase().as_str() {
            "STOP" | "STOPALL" | "UNSUBSCRIBE" | "CANCEL" | "END" | "QUIT" | "REVOKE" | "OPTOUT" => Some(Self::Stop),
            "START" | "YES" | "UNSTOP" => Some(Self::Start),
            "HELP" | "INFO" => Some(Self::Help),
            _ => None,
        }
    }

    /// What is answered by itself.
    pub(super) const fn answer(self) -> &'static str {
        match self {
            Self::Stop => "You are unsubscribed and will get no more messages. Write START to get them again.",
            Self::Start => "You are subscribed again. Write STOP to end that.",
            Self::Help => "Write STOP to get no more messages, and START to get them again.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_single_word_counts() {
        assert_eq!(Keyword::of(" stop\n"), Some(Keyword::Stop));
        assert_eq!(Keyword::of("Unstop"), Some(Keyword::Start));
        assert_eq!(Keyword::of("info"), Some(Keyword::Help));
        for text in ["please stop", "stop it", "", "stopp"] {
            assert_eq!(Keyword::of(text), None, "{text}");
        }
    }
}
