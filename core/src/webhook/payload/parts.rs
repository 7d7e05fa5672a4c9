//! What several fields are together: attached media, SIP headers, and what WhatsApp tells of a message.

use std::{collections::BTreeMap, fmt};

use super::{ButtonType, Received, macros};

const URL: &str = "MediaUrl";
const CONTENT_TYPE: &str = "MediaContentType";
const SIP_HEADER: &str = "SipHeader_";

/// Something that was attached to a message.
#[derive(Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Media {
    /// Where it can be fetched, with the account's credentials.
    pub url: String,
    /// What it is, such as `image/jpeg`.
    pub content_type: Option<String>,
}

/// Tells what it is and not where: who knows the place may fetch it.
impl fmt::Debug for Media {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Media").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

macros::group! {
    /// The advertisement or post from which somebody wrote.
    Referral {
        text body "ReferralBody";
        text headline "ReferralHeadline";
        text source_id "ReferralSourceId";
        text source_type "ReferralSourceType";
        text source_url "ReferralSourceUrl";
        text media_id "ReferralMediaId";
        text media_content_type "ReferralMediaContentType";
        text media_url "ReferralMediaUrl";
        text ctwa_clid "ReferralCtwaClid";
    }
}

macros::group! {
    /// A place that somebody sent.
    Location {
        decimal latitude "Latitude";
        decimal longitude "Longitude";
        text address "Address";
        text label "Label";
    }
}

macros::group! {
    /// The button of a template that somebody pressed.
    Button {
        text text "ButtonText";
        text payload "ButtonPayload";
        (ButtonType) kind "ButtonType";
    }
}

/// The number of a field of media: 3 of `MediaUrl3`.
pub(super) fn media_index(name: &str) -> Option<u32> {
    let number = name.strip_prefix(URL).or_else(|| name.strip_prefix(CONTENT_TYPE))?;
    let is_plain = number.bytes().all(|digit| digit.is_ascii_digit()) && (number == "0" || !number.starts_with('0'));
    if is_plain { number.parse().ok() } else { None }
}

/// The name of a SIP header: `X-Tenant` of `SipHeader_X-Tenant`.
pub(super) fn sip_header(name: &str) -> Option<&str> {
    name.strip_prefix(SIP_HEADER).filter(|header| !header.is_empty())
}

pub(super) fn media(received: &Received) -> Vec<Media> {
    let urls = received.iter().filter(|(name, _)| name.starts_with(URL));
    let mut urls: Vec<(u32, &str)> = urls.filter_map(|(name, url)| Some((media_index(name)?, url))).collect();
    urls.sort_by_key(|(number, _)| *number);
    // the first of a name counts, also an empty one
    urls.dedup_by_key(|(number, _)| *number);
    urls.retain(|(_, url)| !url.is_empty());
    let media = |(number, url): (u32, &str)| Media {
        url: url.to_owned(),
        content_type: received.text(&format!("{CONTENT_TYPE}{number}")).map(str::to_owned),
    };
    urls.into_iter().map(media).collect()
}

pub(super) fn sip_headers(received: &Received) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    for (name, text) in received.iter() {
        if let Some(header) = sip_header(name) {
            headers.entry(header.to_owned()).or_insert_with(|| text.to_owned());
        }
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_as_twilio_writes_them_are_numbers_of_media() {
        assert_eq!((media_index("MediaUrl0"), media_index("MediaContentType10")), (Some(0), Some(10)));
        for name in ["MediaUrl", "MediaUrl01", "MediaUrl+1", "MediaUrl-1", "MediaUrl99999999999", "MediaUrlX"] {
            assert_eq!(media_index(name), None, "{name}");
        }
    }

    #[test]
    fn media_are_as_many_as_are_there() {
        let pair = |name: &str, text: &str| (name.to_owned(), text.to_owned());
        let received = Received::recognise(&[
            pair("MessageSid", "SM1"),
            pair("NumMedia", "1000000000"),
            pair("MediaUrl2", "https://a.example/2"),
            pair("MediaUrl0", "https://a.example/0"),
            pair("MediaUrl0", "https://a.example/again"),
            pair("MediaContentType0", "image/png"),
            pair("MediaUrl4000000000", "https://a.example/last"),
        ]);
        let found: Vec<_> = received.media().into_iter().map(|media| (media.url, media.content_type)).collect();
        assert_eq!(
            found,
            [
                ("https://a.example/0".to_owned(), Some("image/png".to_owned())),
                ("https://a.example/2".to_owned(), None),
                ("https://a.example/last".to_owned(), None),
            ]
        );
    }
}
