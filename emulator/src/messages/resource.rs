//! A message, and how Twilio writes it.

use serde_json::{Map, Value, json};

use crate::{clock::Moment, dates, egress::Method, validate::Channel};

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    Accepted,
    Scheduled,
    Queued,
    Sending,
    Sent,
    Delivered,
    Undelivered,
    Failed,
    Canceled,
    Received,
}

impl Status {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Received => "received",
        }
    }

    /// Whether nothing more happens to the message.
    pub(crate) const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Undelivered | Self::Failed | Self::Canceled | Self::Received)
    }
}

/// A picture or file of a message.
#[derive(Debug)]
pub(crate) struct Media {
    pub(crate) sid: String,
    pub(crate) url: String,
    pub(crate) content_type: &'static str,
}

/// One message.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) sid: String,
    pub(crate) account: String,
    pub(crate) to: String,
    /// Who sends it; a service decides that only when the message is queued.
    pub(crate) from: Option<String>,
    /// Whom the caller wants a service to send it from.
    pub(crate) wanted_from: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) channel: Channel,
    pub(crate) body: String,
    pub(crate) media: Vec<Media>,
    pub(crate) direction: &'static str,
    pub(crate) status: Status,
    pub(crate) segments: usize,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    pub(crate) sent: Option<Moment>,
    /// Why it failed, with Twilio's code.
    pub(crate) error: Option<u32>,
    pub(crate) callback: Option<(String, Method)>,
    /// Whether it was written from an approved template.
    pub(crate) is_template: bool,
    pub(crate) wants_feedback: bool,
    /// Whether it confirms a STOP, and so goes out in spite of it.
    pub(crate) is_confirmation: bool,
}

/// What a delivery failure means.
pub(crate) const fn failure_text(code: u32) -> &'static str {
    match code {
        21610 => "The recipient has opted out",
        30003 => "The handset cannot be reached",
        30004 => "The message was blocked",
        30005 => "The handset is not known",
        30006 => "The number is a landline",
        30007 => "The carrier filtered the message",
        63016 => "Outside the 24 hours since the person's last message only a template may be sent",
        _ => "The message was not delivered",
    }
}

impl Message {
    /// The path of the resource, without `.json`.
    pub(crate) fn path(&self) -> String {
        format!("/2010-04-01/Accounts/{}/Messages/{}", self.account, self.sid)
    }

    /// The resource as Twilio writes it.
    pub(crate) fn to_json(&self) -> Value {
        let path = self.path();
        let mut uris = Map::new();
        uris.insert("media".into(), format!("{path}/Media.json").into());
        if self.wants_feedback {
            uris.insert("feedback".into(), format!("{path}/Feedback.json").into());
        }
        // the number of segments is known once a sender is
        let segments = if self.from.is_none() { 0 } else { self.segments };
        json!({
            "account_sid": self.account,
            "api_version": "2010-04-01",
            "body": self.body,
            "date_created": dates::rfc2822(self.created),
            "date_sent": self.sent.map(dates::rfc2822),
            "date_updated": dates::rfc2822(self.updated),
            "direction": self.direction,
            "error_code": self.error,
            "error_message": self.error.map(failure_text),
            "from": self.from,
            "messaging_service_sid": self.service,
            "num_media": self.media.len().to_string(),
            "num_segments": segments.to_string(),
            "price": Value::Null,
            "price_unit": "USD",
            "sid": self.sid,
            "status": self.status.as_str(),
            "subresource_uris": uris,
            "to": self.to,
            "uri": format!("{path}.json"),
        })
    }

    /// The parameters with which a webhook tells of its status.
    pub(crate) fn callback_params(&self, now: Moment) -> Vec<(String, String)> {
        let mut params: Vec<(String, String)> = Vec::with_capacity(14);
        let mut add = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
        add("AccountSid", &self.account);
        add("ApiVersion", "2010-04-01");
        add("From", self.from.as_deref().unwrap_or_default());
        add("To", &self.to);
        add("MessageSid", &self.sid);
        add("SmsSid", &self.sid);
        add("MessageStatus", self.status.as_str());
        add("SmsStatus", self.status.as_str());
        if let Some(service) = &self.service {
            add("MessagingServiceSid", service);
        }
        if let Some(code) = self.error {
            add("ErrorCode", &code.to_string());
            add("ErrorMessage", failure_text(code));
        }
        match self.channel.prefix() {
            None if matches!(self.status, Status::Delivered | Status::Undelivered) => {
                add("RawDlrDoneDate", &dates::carrier(now));
            }
            None => {}
            Some(prefix) => {
                add("ChannelPrefix", prefix);
                if let Some(code) = self.error {
                    add("ChannelStatusMessage", failure_text(code));
                }
            }
        }
        params
    }
}
