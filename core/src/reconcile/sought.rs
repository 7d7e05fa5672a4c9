//! The message that is sought, and whether a message of a list is it.

use serde_json::Value as Json;

use super::{
    address::{Address, Fit},
    window::{Window, moment},
};
use crate::{Error, Fields, Params, Result, api, request::WireRequest};

const CREATE: &str = "api.v2010.accounts.messages.create";
/// What Twilio puts before the text of a trial account.
const TRIAL: &str = "Sent from your Twilio trial account - ";
/// The channel that a service may take for a bare number.
const UPGRADE: &str = "rcs";

/// What is known of the message.
pub(super) struct Sought<'a> {
    /// The path of the list.
    path: String,
    to: Address,
    sender: Sender,
    text: Text,
    /// How many files it has; unknown for a template.
    media: Option<i64>,
    known: &'a [String],
}

/// Who sends it.
enum Sender {
    Address(Address),
    /// A service, which chooses the number itself.
    Service(String),
}

/// What is known of its text.
enum Text {
    Exactly(String),
    /// Twilio may have replaced letters of it by those that take less room.
    Encoded(String),
    /// Nothing: a template or shortened links make it, or there is only media, which a list does not tell apart.
    Unknown,
}

impl<'a> Sought<'a> {
    /// Reads the parameters of a create; messages in `known` are not it.
    pub(super) fn new(params: &Params, account_sid: &str, known: &'a [String]) -> Result<Self> {
        let create = api::find(CREATE).ok_or_else(|| Error::invalid_argument("messages cannot be created"))?;
        let request = WireRequest::new(create, params, account_sid)?;
        let form: Vec<(String, String)> = form_urlencoded::parse(&request.body).into_owned().collect();
        let get = |name: &str| {
            let mut values = form.iter().filter(|(known, value)| known == name && !value.is_empty());
            values.next().map(|(_, value)| value.as_str())
        };
        let is_service = |from: &&str| from.len() == 34 && from.starts_with("MG");
        let service = get("MessagingServiceSid").or_else(|| get("From").filter(is_service));
        let sender = match (service, get("From")) {
            (Some(service), _) => Sender::Service(service.to_owned()),
            (None, Some(from)) => Sender::Address(Address::new(from)),
            (None, None) => return Err(Error::invalid_argument("reconciling needs From or MessagingServiceSid")),
        };
        let body = get("Body").map(str::to_owned);
        let is_set = |name: &str| get(name).is_some_and(|value| value == "true");
        let may_be_encoded = is_set("SmartEncoded") || matches!(sender, Sender::Service(_));
        let is_template = get("ContentSid").is_some();
        let text = match body {
            Some(_) if is_template || is_set("ShortenUrls") => Text::Unknown,
            Some(body) if may_be_encoded && !body.chars().all(is_kept) => Text::Encoded(body),
            Some(body) => Text::Exactly(body),
            None => Text::Unknown,
        };
        let files = form.iter().filter(|(name, _)| name == "MediaUrl").count();
        Ok(Self {
            path: request.bare_path().to_owned(),
            to: Address::new(get("To").unwrap_or_default()),
            sender,
            text,
            media: (!is_template).then(|| i64::try_from(files).unwrap_or(i64::MAX)),
            known,
        })
    }

    /// The lists in which it would be: its recipient's, and that of the channel that a service may prefer.
    ///
    /// No filter by date, since a queued message has no `date_sent` yet; none by sender where a service chooses it.
    pub(super) fn lists(&self, page_size: usize) -> Vec<String> {
        let from = match &self.sender {
            Sender::Address(from) => from.filter(),
            Sender::Service(_) => None,
        };
        self.recipients().iter().map(|to| self.list(to.filter(), from, page_size)).collect()
    }

    fn list(&self, to: Option<&str>, from: Option<&str>, page_size: usize) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("To", to), ("From", from)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.append_pair("PageSize", &page_size.to_string()).finish();
        format!("{}?{query}", self.path)
    }

    fn recipients(&self) -> Vec<Address> {
        let upgraded = matches!(self.sender, Sender::Service(_)).then(|| self.to.in_channel(UPGRADE)).flatten();
        std::iter::once(self.to.clone()).chain(upgraded).collect()
    }

    /// Whether a message of the list is it.
    pub(super) fn fit(&self, message: &Json, window: &Window) -> Fit {
        let text = |key: &str| message.text(key).filter(|text| !text.is_empty());
        if text("sid").is_none_or(|sid| self.known.iter().any(|known| known == sid)) {
            return Fit::No;
        }
        let made = match text("date_created").and_then(moment) {
            Some(made) if window.contains(made) => Fit::Certain,
            Some(_) => Fit::No,
            None => Fit::Possible,
        };
        let direction = match text("direction") {
            None | Some("outbound-api") => Fit::Certain,
            Some(_) => Fit::No,
        };
        let to = text("to").unwrap_or_default();
        let to = self.recipients().iter().map(|address| address.fit(to)).max().unwrap_or(Fit::No);
        let parts = [
            made,
            direction,
            to,
            self.fit_sender(text("from"), text("messaging_service_sid")),
            self.fit_media(message.integer("num_media")),
            self.text.fit(message.text("body").unwrap_or_default()),
        ];
        parts.into_iter().min().unwrap_or(Fit::No)
    }

    fn fit_sender(&self, from: Option<&str>, service: Option<&str>) -> Fit {
        match &self.sender {
            Sender::Service(wanted) if service == Some(wanted) => Fit::Certain,
            Sender::Service(_) => Fit::No,
            Sender::Address(wanted) => {
                let from = from.map_or(Fit::No, |from| wanted.fit(from));
                if service.is_some() { from.min(Fit::Possible) } else { from }
            }
        }
    }

    fn fit_media(&self, count: Option<i64>) -> Fit {
        match (self.media, count) {
            (Some(wanted), Some(count)) if wanted == count => Fit::Certain,
            // files may be counted only when they were fetched
            (Some(wanted), Some(count)) if count > wanted => Fit::No,
            (Some(0), None) => Fit::Certain,
            _ => Fit::Possible,
        }
    }
}

impl Text {
    fn fit(&self, answered: &str) -> Fit {
        let answered = plain(answered.strip_prefix(TRIAL).unwrap_or(answered));
        match self {
            // taken out by the account, or never kept
            Self::Exactly(_) | Self::Encoded(_) if answered.is_empty() => Fit::Possible,
            Self::Exactly(body) | Self::Encoded(body) if plain(body) == answered => Fit::Certain,
            Self::Exactly(_) => Fit::No,
            Self::Encoded(body) if may_become(&plain(body), &answered) => Fit::Possible,
            Self::Encoded(_) => Fit::No,
            Self::Unknown => Fit::Possible,
        }
    }
}

/// A text without what is lost on the way: the kind of its line ends, and blanks around it.
fn plain(text: &str) -> String {
    text.replace("\r\n", "\n").trim().to_owned()
}

/// Whether no encoding replaces a letter.
fn is_kept(letter: char) -> bool {
    letter == '\n' || letter == '\r' || letter != '`' && (letter == ' ' || letter.is_ascii_graphic())
}

/// The most letters that take the place of another one: a tab becomes seven blanks, a fraction such as `⅒` five signs.
const LONGEST_REPLACEMENT: usize = 7;

/// Whether an encoding may have made the answered text of a body: from start to end, with what it keeps in its place.
fn may_become(body: &str, answered: &str) -> bool {
    let answered: Vec<char> = answered.chars().collect();
    // how many letters of the answer may have come of the body so far
    let mut ends = vec![0];
    for letter in body.chars() {
        let mut next: Vec<usize> = Vec::new();
        for end in ends {
            let rest = &answered[end..];
            if rest.first() == Some(&letter) {
                next.push(end + 1);
            }
            if is_kept(letter) {
                continue;
            }
            // letters of other alphabets become one or two of ours, and signs anything
            let lengths = if letter.is_alphabetic() { 1..=2 } else { 0..=LONGEST_REPLACEMENT };
            let fits = |length: &usize| {
                rest.get(..*length).is_some_and(|made| !letter.is_alphabetic() || made.iter().all(char::is_ascii))
            };
            next.extend(lengths.filter(fits).map(|length| end + length));
        }
        next.sort_unstable();
        next.dedup();
        ends = next;
    }
    ends.contains(&answered.len())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::SignedDuration;
    use serde_json::json;

    use super::*;
    use crate::params;

    const AT: &str = "Thu, 24 Aug 2023 05:00:00 +0000";

    fn window() -> Window {
        Window::new(moment(AT).unwrap(), Duration::from_secs(30), Some(SignedDuration::ZERO))
    }

    fn message() -> Json {
        json!({
            "sid": "SM1", "to": "+15551234567", "from": "+15557654321", "messaging_service_sid": null, "body": "hello",
            "num_media": "0", "direction": "outbound-api", "date_created": AT, "date_sent": null,
        })
    }

    fn with(key: &str, value: impl Into<Json>) -> Json {
        let mut message = message();
        message[key] = value.into();
        message
    }

    fn fit(params: &Params, message: &Json) -> Fit {
        Sought::new(params, "AC1", &["SM9".to_owned()]).unwrap().fit(message, &window())
    }

    fn sms() -> Params {
        params! { "To" => "+1 555 123 4567", "From" => "+15557654321", "Body" => "hello" }
    }

    #[test]
    fn a_plain_message_is_certain_by_all_that_it_says() {
        assert_eq!(fit(&sms(), &message()), Fit::Certain);
        for (key, value) in [
            ("sid", json!("SM9")),
            ("to", json!("+15551234568")),
            ("from", json!("+15557654322")),
            ("from", json!(null)),
            ("body", json!("hello!")),
            ("num_media", json!("1")),
            ("direction", json!("outbound-reply")),
            ("direction", json!("inbound")),
            ("date_created", json!("Thu, 24 Aug 2023 04:00:00 +0000")),
            ("date_created", json!("Thu, 24 Aug 2023 06:00:00 +0000")),
        ] {
            assert_eq!(fit(&sms(), &with(key, value.clone())), Fit::No, "{key} {value}");
        }
    }

    #[test]
    fn what_twilio_does_to_a_text_is_known() {
        let mut spaced = sms();
        spaced.set("Body", " hello\r\nworld ");
        assert_eq!(fit(&spaced, &with("body", "hello\nworld")), Fit::Certain);
        assert_eq!(fit(&sms(), &with("body", "Sent from your Twilio trial account - hello")), Fit::Certain);
        assert_eq!(fit(&sms(), &with("body", "")), Fit::Possible, "redacted");
    }

    #[test]
    fn a_service_chooses_the_sender() {
        let service = format!("MG{}", "0".repeat(32));
        for name in ["MessagingServiceSid", "From"] {
            let params = params! { "To" => "+15551234567", name => service.as_str(), "Body" => "hello" };
            let mut answered = with("messaging_service_sid", service.as_str());
            assert_eq!(fit(&params, &answered), Fit::Certain);
            answered["from"] = Json::Null;
            assert_eq!(fit(&params, &answered), Fit::Certain, "not chosen yet");
            answered["to"] = "rcs:+15551234567".into();
            assert_eq!(fit(&params, &answered), Fit::Certain);
            assert_eq!(fit(&params, &message()), Fit::No, "sent without the service");
            assert!(!Sought::new(&params, "AC1", &[]).unwrap().lists(9).iter().any(|path| path.contains("From")));
        }
        assert_eq!(fit(&sms(), &with("messaging_service_sid", service)), Fit::Possible);
    }

    #[test]
    fn texts_that_twilio_makes_are_never_certain() {
        let mut template = sms();
        template.remove("Body");
        template.set("ContentSid", format!("HX{}", "0".repeat(32)));
        assert_eq!(fit(&template, &message()), Fit::Possible);
        assert_eq!(fit(&template, &with("num_media", "1")), Fit::Possible);
        let mut media = sms();
        media.remove("Body");
        media.set("MediaUrl", ["https://a.example/1.png"]);
        assert_eq!(fit(&media, &with("num_media", "1")), Fit::Possible);
        assert_eq!(fit(&media, &with("num_media", "2")), Fit::No);
        media.set("Body", "hello");
        assert_eq!(fit(&media, &with("num_media", "1")), Fit::Certain);
        assert_eq!(fit(&media, &with("num_media", "0")), Fit::Possible, "not counted yet");
        let mut encoded = sms();
        encoded.set("SmartEncoded", true).set("Body", "it’s 2 o’clock");
        assert_eq!(fit(&encoded, &with("body", "it's 2 o'clock")), Fit::Possible);
        assert_eq!(fit(&encoded, &with("body", "it’s 2 o’clock")), Fit::Certain);
        assert_eq!(fit(&encoded, &with("body", "it's 3 o'clock")), Fit::No);
        for (sent, answered, expected) in [
            ("späť", "shipped", Fit::No),
            ("späť", "spat", Fit::Possible),
            ("late: späť", "late: shipped", Fit::No),
            ("späť", "späť shipped", Fit::No),
            ("“hi”… ½", "\"hi\"... 1/2", Fit::Possible),
            ("a\tb`c", "a       b'c", Fit::Possible),
            ("привет", "пример", Fit::No),
            ("ＡＢ", "AB", Fit::Possible),
        ] {
            encoded.set("Body", sent);
            assert_eq!(fit(&encoded, &with("body", answered)), expected, "{sent} {answered}");
        }
        let mut shortened = sms();
        shortened.set("ShortenUrls", true);
        assert_eq!(fit(&shortened, &with("body", "anything")), Fit::Possible);
    }

    #[test]
    fn the_list_is_that_of_the_account_the_recipient_and_the_sender() {
        let mut params = sms();
        params.set("{AccountSid}", "AC2");
        let sought = Sought::new(&params, "AC1", &[]).unwrap();
        let path = "/2010-04-01/Accounts/AC2/Messages.json?To=%2B15551234567&From=%2B15557654321&PageSize=200";
        assert_eq!(sought.lists(200), [path]);
        assert_eq!(
            Sought::new(&params! { "Body" => "x" }, "AC1", &[]).err().unwrap().message(),
            "To is required by api.v2010.accounts.messages.create"
        );
        let error = Sought::new(&params! { "To" => "+15551234567" }, "AC1", &[]).err().unwrap();
        assert_eq!(error.message(), "reconciling needs From or MessagingServiceSid");
    }
}
