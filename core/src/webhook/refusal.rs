//! Why a request is refused: told to whoever reads the log, and never to who sent the request.

use std::fmt;

/// Why a request is refused.
///
/// Its text holds nothing that a stranger sent, and no secret.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// It has no signature.
    Unsigned,
    /// The signature fits neither the URL nor the body; the text says more, if there is more.
    Forged(String),
    /// It does not show under which URL Twilio knows this server.
    UnknownUrl(&'static str),
    /// The body is larger than allowed.
    TooLarge,
    /// The body has no length that the server could know.
    NoLength,
    /// The body did not come, or not in time.
    Unreadable,
    /// It names several accounts, or one that cannot be.
    Account,
    /// There is no token for its account.
    NoToken,
    /// It is genuine, and was seen before.
    Repeated,
    /// It is genuine, and whether it was seen before cannot be known.
    Unseen,
}

impl Refusal {
    /// The HTTP status to answer, with an empty body.
    pub fn status(&self) -> u16 {
        match self {
            Self::TooLarge => 413,
            Self::NoLength => 411,
            Self::Unreadable => 400,
            Self::Unseen => 503,
            _ => 403,
        }
    }

    /// The reason in `snake_case`, for counting.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Forged(_) => "forged",
            Self::UnknownUrl(_) => "unknown_url",
            Self::TooLarge => "too_large",
            Self::NoLength => "no_length",
            Self::Unreadable => "unreadable",
            Self::Account => "account",
            Self::NoToken => "no_token",
            Self::Repeated => "repeated",
            Self::Unseen => "unseen",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsigned => f.write_str("it has no X-Twilio-Signature header, or more than one"),
            Self::Forged(why) if why.is_empty() => f.write_str("its signature does not fit"),
            Self::Forged(why) => write!(f, "its signature does not fit: {why}"),
            Self::UnknownUrl(why) => write!(f, "the URL that Twilio was told is not known: {why}"),
            Self::TooLarge => f.write_str("its body is larger than max_body"),
            Self::NoLength => f.write_str("its body has no length: the server must pass on Content-Length"),
            Self::Unreadable => f.write_str("its body did not come"),
            Self::Account => f.write_str("its AccountSid is not one account"),
            Self::NoToken => f.write_str("auth_token gives no token for its account"),
            Self::Repeated => f.write_str("it is genuine, but was seen before"),
            Self::Unseen => f.write_str("it is genuine, but the store of the replay guard failed or is full"),
        }
    }
}

impl std::error::Error for Refusal {}
