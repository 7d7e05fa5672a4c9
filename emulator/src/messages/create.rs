//! Making a message: every check that Twilio makes before it says 201.

use ringback::text::{self, Segments};
use serde_json::{Value, json};

use super::{
    carry, magic,
    resource::{Media, Message, Status},
};
use crate::{
    answer::{Answer, Outcome, Refusal},
    clock::Moment,
    dates,
    egress::Method,
    generic,
    request::Request,
    sid,
    validate::{self, Address, Channel},
    world::World,
};

const MOST_MEDIA: usize = 10;
const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// What a new message is made of, once it is known to be right.
#[derive(Debug)]
pub(crate) struct New {
    pub(crate) account: String,
    pub(crate) to: Address,
    pub(crate) from: Option<String>,
    pub(crate) service: Option<String>,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) direction: &'static str,
    pub(crate) callback: Option<(String, Method)>,
    pub(crate) is_template: bool,
    pub(crate) wants_feedback: bool,
    /// Whether it confirms a STOP, and so goes out in spite of it.
    pub(crate) is_confirmation: bool,
    /// When it goes out, if not now.
    pub(crate) send_at: Option<Moment>,
}

impl New {
    /// A message of text from one number to another.
    pub(crate) fn text(account: &str, from: String, to: Address, body: String, direction: &'static str) -> Self {
        Self {
            account: account.to_owned(),
            to,
            from: Some(from),
            service: None,
            body,
            media: Vec::new(),
            direction,
            callback: None,
            is_template: false,
            wants_feedback: false,
            is_confirmation: false,
            send_at: None,
        }
    }
}

/// `POST Messages`.
pub(crate) fn create(world: &mut World, request: &Request) -> Outcome {
    let new = read(world, request)?;
    let sid = accept(world, new);
    let message = request.found(world.account(&request.account).messages.get(&sid))?;
    Ok(Answer::json(201, message.to_json()))
}

fn read(world: &mut World, request: &Request) -> Outcome<New> {
    let to_text = request.get("To").ok_or_else(|| Refusal::bad(21604, "A 'To' phone number is required."))?;
    let from_text = request.get("From");
    // a service may also be named in From
    let service = request.get("MessagingServiceSid").or_else(|| from_text.filter(|from| sid::is("MG", from)));
    let from_text = from_text.filter(|from| !sid::is("MG", from));
    if service.is_none() && from_text.is_none() {
        return Err(Refusal::bad(21603, "A 'From' number or a 'MessagingServiceSid' is required."));
    }
    let body = request.get("Body").unwrap_or_default();
    let media: Vec<String> = request.arguments.all("MediaUrl").map(str::to_owned).collect();
    let content = request.get("ContentSid");
    if body.is_empty() && media.is_empty() && content.is_none() {
        return Err(Refusal::bad(21602, "A message needs a 'Body', a 'MediaUrl' or a 'ContentSid'."));
    }

    let to = validate::recipient(to_text)
        .ok_or_else(|| Refusal::bad(21211, format!("The 'To' number {to_text} is not a valid phone number.")))?;
    magic::to(&to.text).map_or(Ok(()), Err)?;
    let from = from_text
        .map(|text| {
            let from = validate::sender(text);
            from.ok_or_else(|| Refusal::bad(21212, format!("The 'From' number {text} is not a valid phone number.")))
        })
        .transpose()?;
    if let Some(from) = &from {
        check_pair(from, &to)?;
    }
    if let Some(service) = service.filter(|service| !sid::is("MG", service)) {
        return Err(Refusal::bad(21705, format!("The 'MessagingServiceSid' {service} is not valid.")));
    }
    check_content(request, content)?;
    if is_too_long(body) {
        return Err(Refusal::bad(21617, "The message body is longer than 1600 characters."));
    }
    if media.len() > MOST_MEDIA {
        return Err(Refusal::bad(21623, "A message may have 10 media files at most."));
    }
    if let Some(url) = media.iter().find(|url| !validate::is_url(url)) {
        return Err(Refusal::bad(21620, format!("The 'MediaUrl' {url} is not a valid URL.")));
    }
    let callback = request.get("StatusCallback");
    if let Some(url) = callback.filter(|url| !validate::is_url(url)) {
        return Err(Refusal::bad(21609, format!("The 'StatusCallback' URL {url} is not a valid URL.")));
    }
    let validity = request.get("ValidityPeriod").map(str::parse::<u32>);
    // 36,000 in the specification, 14,400 in older texts; the wider one is what Twilio's own clients allow
    if validity.is_some_and(|seconds| !matches!(seconds, Ok(1..=36_000))) {
        return Err(Refusal::bad(21624, "The 'ValidityPeriod' must be from 1 to 36000 seconds."));
    }
    let send_at = schedule(world.now(), request, service.is_some())?;
    let from = from.map(|from| from.text);
    if let Some(from) = &from {
        let pair = (from.clone(), to.text.clone());
        if world.account(&request.account).opted_out.contains(&pair) {
            return Err(Refusal::bad(21610, format!("{} has opted out of messages from {from}.", to.text)));
        }
    }
    let callback = callback.map(str::to_owned).or_else(|| of_application(world, request));
    Ok(New {
        account: request.account.clone(),
        to,
        from,
        service: service.map(str::to_owned),
        body: match content {
            Some(content) if body.is_empty() => template_text(world, request, content),
            _ => body.to_owned(),
        },
        media,
        direction: "outbound-api",
        callback: callback.map(|url| (url, Method::Post)),
        is_template: content.is_some(),
        wants_feedback: request.get("ProvideFeedback").and_then(validate::boolean).unwrap_or_default(),
        is_confirmation: false,
        send_at,
    })
}

/// Whether a body is longer than Twilio takes.
pub(super) fn is_too_long(body: &str) -> bool {
    text::body_length(body) > text::LONGEST_BODY
}

fn check_pair(from: &Address, to: &Address) -> Outcome<()> {
    magic::from(&from.text).map_or(Ok(()), Err)?;
    if from.channel != to.channel {
        return Err(Refusal::bad(21910, "The 'From' and 'To' must be of the same channel."));
    }
    if from.text == to.text {
        let code = if to.channel == Channel::Sms { 21211 } else { 63031 };
        return Err(Refusal::bad(code, "The 'To' and 'From' must not be the same."));
    }
    Ok(())
}

fn check_content(request: &Request, content: Option<&str>) -> Outcome<()> {
    let variables = request.get("ContentVariables");
    match (content, variables) {
        (None, Some(_)) => Err(Refusal::bad(21654, "'ContentVariables' need a 'ContentSid'.")),
        (Some(content), _) if !sid::is("HX", content) => {
            Err(Refusal::bad(21655, format!("The 'ContentSid' {content} is not valid.")))
        }
        (_, Some(variables)) if serde_json::from_str::<serde_json::Map<String, Value>>(variables).is_err() => {
            Err(Refusal::bad(21656, "The 'ContentVariables' must be a JSON object."))
        }
        _ => Ok(()),
    }
}

/// The text of a template: of one that was made here its own, else its variables, since its words are not known.
fn template_text(world: &World, request: &Request, content: &str) -> String {
    let variables: serde_json::Map<String, Value> =
        request.get("ContentVariables").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let template = world.collections.get(&generic::key(&request.account, "content", "/v1/Content"), content).and_then(
        |template| {
            let types = template.get("types")?.as_object()?;
            types.values().find_map(|kind| kind.get("body")?.as_str().map(str::to_owned))
        },
    );
    match template {
        Some(mut text) => {
            for (name, value) in &variables {
                text = text.replace(&format!("{{{{{name}}}}}"), &plain(value));
            }
            text
        }
        None => variables.values().map(plain).collect::<Vec<_>>().join(" "),
    }
}

/// The status callback of the application that the request names.
fn of_application(world: &World, request: &Request) -> Option<String> {
    let application = request.get("ApplicationSid")?;
    let path = format!("/2010-04-01/Accounts/{}/Applications", request.account);
    let url = world
        .collections
        .get(&generic::key(&request.account, "api", &path), application)?
        .get("message_status_callback")?
        .as_str()?;
    validate::is_url(url).then(|| url.to_owned())
}

fn schedule(now: Moment, request: &Request, has_service: bool) -> Outcome<Option<Moment>> {
    let send_at = request.get("SendAt");
    match request.get("ScheduleType") {
        None if send_at.is_none() => return Ok(None),
        Some("fixed") => {}
        _ => return Err(Refusal::bad(35126, "The 'ScheduleType' must be 'fixed'.")),
    }
    let send_at = send_at.ok_or_else(|| Refusal::bad(35111, "A 'SendAt' time is required."))?;
    if !has_service {
        return Err(Refusal::bad(35118, "A scheduled message needs a 'MessagingServiceSid'."));
    }
    let window = now + 15 * MINUTE..=now + 35 * DAY;
    // whole seconds travel, so a moment of this very second counts as the present
    let moment = dates::parse(send_at).map(|moment| moment + 999).filter(|moment| window.contains(moment));
    let wrong = || Refusal::bad(35114, "The 'SendAt' time must be from 15 minutes to 35 days ahead.");
    moment.map(|moment| Some(moment - 999)).ok_or_else(wrong)
}

/// Stores a message and starts it on its way.
pub(crate) fn accept(world: &mut World, new: New) -> String {
    let now = world.now();
    let sid = sid::make(if new.media.is_empty() { "SM" } else { "MM" });
    let status = match (&new.service, new.send_at) {
        (_, Some(_)) => Status::Scheduled,
        (Some(_), None) => Status::Accepted,
        (None, None) => Status::Queued,
    };
    let media = new.media.into_iter().map(|url| {
        let content_type = super::media::content_type(&url);
        Media { sid: sid::make("ME"), url, content_type }
    });
    let (from, wanted_from) = match new.service {
        Some(_) => (None, new.from),
        None => (new.from, None),
    };
    let message = Message {
        sid: sid.clone(),
        account: new.account,
        channel: new.to.channel,
        to: new.to.text,
        from,
        wanted_from,
        service: new.service,
        segments: Segments::of(&new.body).count(),
        body: new.body,
        media: media.collect(),
        direction: new.direction,
        status,
        created: now,
        updated: now,
        sent: None,
        error: None,
        callback: new.callback,
        is_template: new.is_template,
        wants_feedback: new.wants_feedback,
        is_confirmation: new.is_confirmation,
    };
    world.note("state", json!({ "kind": "message", "sid": sid, "status": status.as_str(), "to": message.to }));
    let account = message.account.clone();
    let place = world.account(&account).messages.insert(&sid, message);
    let first = new.send_at.map(|moment| moment - now);
    carry::begin(world, account, place, first);
    sid
}

/// Sends a message from a call's TwiML.
pub(crate) fn send_from_call(
    world: &mut World,
    account: &str,
    from: &str,
    to: &str,
    body: String,
    callback: Option<(String, Method)>,
) -> Result<String, u32> {
    let to = validate::recipient(to).ok_or(14101_u32)?;
    let from = validate::sender(from).ok_or(14102_u32)?;
    if body.is_empty() || is_too_long(&body) {
        return Err(14103);
    }
    Ok(accept(world, New { callback, ..New::text(account, from.text, to, body, "outbound-call") }))
}
