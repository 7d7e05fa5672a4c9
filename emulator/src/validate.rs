//! What Twilio takes for a number, an address or a URL.

use url::Url;

/// Where a message comes from or goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) channel: Channel,
    /// As Twilio writes it, with the channel in front where there is one.
    pub(crate) text: String,
}

/// What carries a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Channel {
    Sms,
    Whatsapp,
    Messenger,
    Rcs,
}

impl Channel {
    const NAMED: [(&'static str, Self); 3] =
        [("whatsapp", Self::Whatsapp), ("messenger", Self::Messenger), ("rcs", Self::Rcs)];

    /// The name in front of its addresses.
    pub(crate) fn prefix(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|(_, channel)| *channel == self).map(|(name, _)| *name)
    }
}

/// Reads the address of a person.
pub(crate) fn recipient(text: &str) -> Option<Address> {
    address(text, |_| false)
}

/// Reads the address of a sender: also a short code or an alphanumeric name.
pub(crate) fn sender(text: &str) -> Option<Address> {
    address(text, |text| {
        let is_short_code = (3..=8).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = text.len() <= 11
            && text.bytes().any(|byte| byte.is_ascii_alphabetic())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b" +-_&".contains(&byte));
        is_short_code || is_name
    })
}

fn address(text: &str, is_other: impl Fn(&str) -> bool) -> Option<Address> {
    let text = text.trim();
    if let Some((name, rest)) = text.split_once(':') {
        let (prefix, channel) = *Channel::NAMED.iter().find(|(known, _)| *known == name)?;
        let value = match channel {
            Channel::Whatsapp => e164(rest)?,
            _ if rest.is_empty() || rest.len() > 128 => return None,
            _ => rest.to_owned(),
        };
        return Some(Address { channel, text: format!("{prefix}:{value}") });
    }
    let plain = e164(text).or_else(|| is_other(text).then(|| text.to_owned()))?;
    Some(Address { channel: Channel::Sms, text: plain })
}

/// A phone number as `+` and digits; a number as it is written in the United States or Canada gets its +1, as Twilio does.
pub(crate) fn e164(text: &str) -> Option<String> {
    let mut digits = String::with_capacity(text.len());
    for (at, letter) in text.trim().char_indices() {
        match letter {
            '+' if at == 0 => digits.push('+'),
            '0'..='9' => digits.push(letter),
            ' ' | '-' | '.' | '(' | ')' => {}
            _ => return None,
        }
    }
    if let Some(number) = digits.strip_prefix('+') {
        let is_number = (8..=15).contains(&number.len()) && !number.starts_with('0');
        return is_number.then_some(digits);
    }
    let national = if digits.len() == 11 { digits.strip_prefix('1')? } else { &digits };
    is_north_american(national).then(|| format!("+1{national}"))
}

/// Ten digits whose area code and exchange both start with 2 to 9, as the North American numbering plan has it.
fn is_north_american(digits: &str) -> bool {
    let starts = |at: usize| matches!(digits.as_bytes().get(at), Some(b'2'..=b'9'));
    digits.len() == 10 && starts(0) && starts(3)
}

/// Whether a text is exactly `+` and digits, as products that normalise nothing want it.
pub(crate) fn is_strict_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (8..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// Whether a text looks like a mail address.
pub(crate) fn is_email(text: &str) -> bool {
    text.len() <= 254
        && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control())
        && text.split_once('@').is_some_and(|(user, host)| {
            !user.is_empty()
                && !host.contains('@')
                && host.contains('.')
                && host.split('.').all(|label| !label.is_empty())
        })
}

/// Whether Twilio would take a text for the URL of a webhook.
///
/// An underscore in the host is refused, as Twilio refuses it.
pub(crate) fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| {
        matches!(url.scheme(), "http" | "https") && url.host_str().is_some_and(|host| !host.contains('_'))
    })
}

/// Reads `true` or `false`, in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_normalised_or_refused() {
        for (given, number) in [
            ("+15551234567", "+15551234567"),
            (" +1 (555) 123-4567", "+15551234567"),
            ("2025550123", "+12025550123"),
            ("1 (202) 555-0123", "+12025550123"),
            ("+4915112345678", "+4915112345678"),
        ] {
            assert_eq!(e164(given).as_deref(), Some(number), "{given}");
        }
        for bad in [
            "",
            "+",
            "12345",
            "+0123456789",
            "+1555123456789012",
            "+1555x",
            "1+5551234567",
            "555123456",
            "15551234567",
            "١٢٣",
        ] {
            assert_eq!(e164(bad), None, "{bad}");
        }
    }

    #[test]
    fn addresses_name_their_channel() {
        assert_eq!(recipient("whatsapp:+15551234567").map(|found| found.channel), Some(Channel::Whatsapp));
        assert_eq!(recipient("whatsapp:Anna"), None);
        assert_eq!(recipient("fax:+15551234567"), None);
        assert_eq!(recipient("ACME"), None);
        assert_eq!(sender("ACME").map(|found| found.text).as_deref(), Some("ACME"));
        assert_eq!(sender("12345").map(|found| found.channel), Some(Channel::Sms));
        assert_eq!(sender("ALongSenderName"), None);
    }

    #[test]
    fn urls_of_webhooks_have_a_scheme_and_a_host_without_underscores() {
        assert!(is_url("http://127.0.0.1:5000/status") && is_url("https://example.com"));
        for bad in ["", "/status", "ftp://example.com", "http://my_host.example.com/", "javascript:alert(1)"] {
            assert!(!is_url(bad), "{bad}");
        }
    }
}
