//! What Twilio takes for a number, an address or a URL.

use ringback::text::{self, AddressKind, E164};
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
    /// What carries messages to and from such an address; nothing does for those of calls.
    fn of(kind: AddressKind) -> Option<Self> {
        match kind {
            AddressKind::Phone | AddressKind::ShortCode | AddressKind::Name => Some(Self::Sms),
            AddressKind::Whatsapp => Some(Self::Whatsapp),
            AddressKind::Messenger => Some(Self::Messenger),
            AddressKind::Rcs => Some(Self::Rcs),
            _ => None,
        }
    }

    /// The name in front of its addresses.
    pub(crate) fn prefix(self) -> Option<&'static str> {
        match self {
            Self::Sms => None,
            Self::Whatsapp => Some("whatsapp"),
            Self::Messenger => Some("messenger"),
            Self::Rcs => Some("rcs"),
        }
    }
}

/// Reads the address of a person.
pub(crate) fn recipient(text: &str) -> Option<Address> {
    address(text).filter(|(kind, _)| !kind.is_sender_only()).map(|(_, address)| address)
}

/// Reads the address of a sender: also a short code or an alphanumeric name.
pub(crate) fn sender(text: &str) -> Option<Address> {
    address(text).map(|(_, address)| address)
}

fn address(text: &str) -> Option<(AddressKind, Address)> {
    let found = plausible(text)?;
    Some((found.kind(), Address { channel: Channel::of(found.kind())?, text: found.into() }))
}

/// Reads who calls or is called: a number, also in WhatsApp, a SIP address or a client.
pub(crate) fn party(text: &str) -> Option<String> {
    use AddressKind::{Client, Phone, Sip, Whatsapp};
    plausible(text).filter(|found| matches!(found.kind(), Phone | Whatsapp | Sip | Client)).map(String::from)
}

/// Reads an address whose number, if it has one, may be somebody's.
fn plausible(text: &str) -> Option<text::Address> {
    let is_wrong = |number: E164| !is_long_enough(&number);
    text::Address::as_twilio_reads(text).filter(|found| !found.number().is_some_and(is_wrong))
}

/// A phone number as `+` and digits; a number as it is written in the United States or Canada gets its +1, as Twilio does.
pub(crate) fn e164(text: &str) -> Option<String> {
    E164::as_twilio_reads(text).filter(is_long_enough).map(String::from)
}

/// Whether a text is exactly `+` and digits, as products that normalise nothing want it.
pub(crate) fn is_strict_e164(text: &str) -> bool {
    E164::parse(text).is_ok_and(|number| is_long_enough(&number))
}

/// Whether a number has as many digits as those of people do, short codes with a plus sign not among them.
fn is_long_enough(number: &E164) -> bool {
    number.digits().len() >= 8
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
