//! How a webhook is signed, and what its header says of that.

/// The hash that a signature is an HMAC of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// HMAC-SHA1, with the auth token of the account: what Twilio does where a request does not say otherwise.
    #[default]
    HmacSha1,
    /// HMAC-SHA256, with a shared key.
    HmacSha256,
}

impl Algorithm {
    /// Every algorithm that signatures are checked by.
    pub const ALL: &'static [Self] = &[Self::HmacSha1, Self::HmacSha256];

    /// The name in Twilio's spelling, such as `HMAC_SHA1`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC_SHA1",
            Self::HmacSha256 => "HMAC_SHA256",
        }
    }

    /// The algorithm of a name, in any letter case.
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|known| known.as_str().eq_ignore_ascii_case(name))
    }
}

impl std::fmt::Display for Algorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the header `X-Twilio-Webhooks-Signature-Settings` says: `key=<id>,algorithm=<name>`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SignatureSettings<'a> {
    key: Option<&'a str>,
    algorithm: Option<&'a str>,
}

impl<'a> SignatureSettings<'a> {
    /// Reads the header; what it does not say is not set, and the first of two values counts.
    pub fn read(header: &'a str) -> Self {
        let mut settings = Self::default();
        for (name, value) in header.split(',').filter_map(|part| part.split_once('=')) {
            let place = match name.trim() {
                "key" => &mut settings.key,
                "algorithm" => &mut settings.algorithm,
                _ => continue,
            };
            let value = value.trim();
            if place.is_none() && !value.is_empty() {
                *place = Some(value);
            }
        }
        settings
    }

    /// The id of the shared key that signed, if one did.
    pub fn key(&self) -> Option<&'a str> {
        self.key
    }

    /// The name of the algorithm as it was sent; `HMAC_SHA1` if none was.
    pub fn algorithm_name(&self) -> &'a str {
        self.algorithm.unwrap_or(Algorithm::HmacSha1.as_str())
    }

    /// The algorithm; nothing if it is one that this library does not know, and so must be refused.
    pub fn algorithm(&self) -> Option<Algorithm> {
        self.algorithm.map_or(Some(Algorithm::HmacSha1), Algorithm::find)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_read_as_it_is_written() {
        let read = |header| {
            let settings = SignatureSettings::read(header);
            (settings.key(), settings.algorithm_name(), settings.algorithm())
        };
        let sha256 = Some(Algorithm::HmacSha256);
        let sha1 = Some(Algorithm::HmacSha1);
        assert_eq!(read("key=SK1,algorithm=HMAC_SHA256"), (Some("SK1"), "HMAC_SHA256", sha256));
        assert_eq!(read(" algorithm = hmac_sha256 , key = SK1 "), (Some("SK1"), "hmac_sha256", sha256));
        assert_eq!(read(""), (None, "HMAC_SHA1", sha1));
        assert_eq!(read("key=SK1"), (Some("SK1"), "HMAC_SHA1", sha1));
        assert_eq!(read("algorithm=,algorithm=HMAC_SHA256"), (None, "HMAC_SHA256", sha256));
        assert_eq!(read("algorithm=HMAC_MD5,algorithm=HMAC_SHA256"), (None, "HMAC_MD5", None));
        assert_eq!(read("Algorithm=HMAC_SHA256,,=,k"), (None, "HMAC_SHA1", sha1));
    }
}
