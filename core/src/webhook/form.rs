//! What was signed besides the URL: the parameters of a form, or the hash of another body.

use sha2::{Digest as _, Sha256};
use smallvec::SmallVec;
use subtle::ConstantTimeEq as _;

use super::BODY_HASH;

/// How many parameters a request may have; Twilio sends a few dozen.
pub const MAX_PARAMETERS: usize = 1000;

/// The text of parameters, on the stack for most requests.
pub(super) type SignedText = SmallVec<[u8; 512]>;

/// The parameters of a form (`application/x-www-form-urlencoded`), decoded, in the order sent.
///
/// Bytes that are no UTF-8 become U+FFFD.
pub fn decode_form(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body).into_owned().collect()
}

/// The parameters of a form, unless there are too many.
pub(super) fn decode(body: &[u8]) -> Option<Vec<(String, String)>> {
    let params: Vec<_> = form_urlencoded::parse(body).into_owned().take(MAX_PARAMETERS + 1).collect();
    (params.len() <= MAX_PARAMETERS).then_some(params)
}

/// Whether a content type is that of a form.
pub(super) fn is_form(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The hash of a body as Twilio puts it into the URL: SHA-256 in small hexadecimal digits.
pub fn body_sha256(body: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let hash = Sha256::digest(body);
    let digit = |number: u8| char::from(DIGITS[usize::from(number & 15)]);
    hash.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// The hashes that a URL holds.
pub(super) fn body_hashes(url: &str) -> Vec<String> {
    let url = url.split('#').next().unwrap_or_default();
    // most URLs hold none, and need not be decoded to know it
    let Some((_, query)) = url.split_once('?').filter(|(_, query)| query.contains(['%', 'b'])) else {
        return Vec::new();
    };
    let pairs = form_urlencoded::parse(query.as_bytes());
    pairs.filter(|(name, _)| name == BODY_HASH).map(|(_, value)| value.into_owned()).collect()
}

/// Whether the URL holds the hash of the body, and no other.
pub(super) fn holds(url: &str, body: &[u8]) -> bool {
    let hashes = body_hashes(url);
    let expected = body_sha256(body);
    !hashes.is_empty() && hashes.iter().all(|hash| hash.as_bytes().ct_eq(expected.as_bytes()).into())
}

/// Names and values in the order in which Twilio signs them: sorted by their bytes, the same pair once.
pub(super) fn signed_text<N: AsRef<str>, V: AsRef<str>>(params: &[(N, V)]) -> SignedText {
    let mut sorted: SmallVec<[(&str, &str); 32]> =
        params.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    sorted.sort_unstable();
    sorted.dedup();
    let mut text = SignedText::new();
    for (name, value) in sorted {
        text.extend_from_slice(name.as_bytes());
        text.extend_from_slice(value.as_bytes());
    }
    text
}
