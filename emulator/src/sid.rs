//! Sids: two letters that say what it is, and 32 hexadecimal digits.

/// Makes a new sid with this prefix.
pub(crate) fn make(prefix: &str) -> String {
    let mut sid = String::with_capacity(prefix.len() + 32);
    sid.push_str(prefix);
    let number = fastrand::u128(..);
    for shift in (0..32).rev() {
        let digit = (number >> (shift * 4)) & 15;
        sid.push(char::from_digit(u32::try_from(digit).unwrap_or_default(), 16).unwrap_or('0'));
    }
    sid
}

/// Whether a text is a sid with this prefix.
pub(crate) fn is(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix).is_some_and(|rest| rest.len() == 32 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
