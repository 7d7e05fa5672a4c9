//! A message from the outside world: stored, and the number's webhook called.

use ringback::text::Segments;
use serde_json::json;

use super::{
    create::{self, New},
    keywords::Keyword,
    media,
    reply::Conversation,
    resource::{Media, Message, Status},
};
use crate::{
    egress::{Then, Webhook},
    sid,
    validate::{self, Address, Channel},
    world::World,
};

/// What a test says of the message.
#[derive(Debug)]
pub(crate) struct Inbound {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) body: String,
    pub(crate) media: Vec<String>,
    pub(crate) profile_name: Option<String>,
}

/// Why a message cannot arrive: a status and a sentence.
pub(crate) type Wrong = (u16, String);

/// Lets a message arrive, and gives the account and the sid of it.
pub(crate) fn receive(world: &mut World, inbound: &Inbound) -> Result<(String, String), Wrong> {
    let bad =
        |name: &str, text: &str| (400, format!("{name} must be a number in E.164 or whatsapp: and one, not {text:?}"));
    let from = validate::sender(&inbound.from).ok_or_else(|| bad("from", &inbound.from))?;
    let to = validate::sender(&inbound.to).ok_or_else(|| bad("to", &inbound.to))?;
    if from.channel != to.channel {
        return Err((400, "from and to must be of the same channel".into()));
    }
    if let Some(url) = inbound.media.iter().find(|url| !validate::is_url(url)) {
        return Err((400, format!("media_url must be a URL, not {url:?}")));
    }
    let number = to.text.rsplit(':').next().unwrap_or_default();
    let owner = world.numbers.owner(number).map(str::to_owned).ok_or_else(|| {
        let how = "create it with incoming_phone_numbers.create (PhoneNumber, SmsUrl) first";
        (404, format!("no account owns the number {number}: {how}"))
    })?;
    let sid = store(world, &owner, &from, &to, inbound);
    let answers = obey_keyword(world, &owner, &from, &to, &inbound.body);
    if from.channel == Channel::Whatsapp {
        let now = world.now();
        world.account(&owner).sessions.insert((to.text.clone(), from.text.clone()), now);
    }
    call(world, &owner, number, &sid, inbound, answers);
    Ok((owner, sid))
}

fn store(world: &mut World, owner: &str, from: &Address, to: &Address, inbound: &Inbound) -> String {
    let now = world.now();
    let sid = sid::make(if inbound.media.is_empty() { "SM" } else { "MM" });
    let media = inbound.media.iter();
    let message = Message {
        sid: sid.clone(),
        account: owner.to_owned(),
        to: to.text.clone(),
        from: Some(from.text.clone()),
        wanted_from: None,
        service: None,
        channel: to.channel,
        body: inbound.body.clone(),
        media: media
            .map(|url| Media { sid: sid::make("ME"), url: url.clone(), content_type: media::content_type(url) })
            .collect(),
        direction: "inbound",
        status: Status::Received,
        segments: if to.channel == Channel::Sms { Segments::of(&inbound.body).count() } else { 1 },
        created: now,
        updated: now,
        sent: Some(now),
        error: None,
        callback: None,
        is_template: false,
        wants_feedback: false,
        is_confirmation: false,
    };
    world.account(owner).messages.insert(&sid, message);
    let facts = json!({ "kind": "message", "sid": sid, "status": "received", "to": to.text, "from": from.text });
    world.note("state", facts);
    sid
}

/// Does what STOP, START and HELP ask for, and says whether the application's own answer may go out.
fn obey_keyword(world: &mut World, owner: &str, from: &Address, to: &Address, body: &str) -> bool {
    // channels other than text messages have ways of their own to block a sender
    let Some(keyword) = Keyword::of(body).filter(|_| from.channel == Channel::Sms) else { return true };
    let pair = (to.text.clone(), from.text.clone());
    let mut answer = New::text(owner, to.text.clone(), from.clone(), keyword.answer().to_owned(), "outbound-reply");
    let opted_out = &mut world.account(owner).opted_out;
    match keyword {
        Keyword::Stop => {
            opted_out.insert(pair);
            answer.is_confirmation = true;
        }
        Keyword::Start => {
            opted_out.remove(&pair);
        }
        Keyword::Help => {}
    }
    create::accept(world, answer);
    keyword != Keyword::Stop
}

/// Calls the number's webhook, if it has one.
fn call(world: &mut World, owner: &str, number: &str, sid: &str, inbound: &Inbound, answers: bool) {
    let Some(hook) = world.numbers.sms_hook(&world.collections, number) else { return };
    let Some(params) = world.account(owner).messages.get(sid).map(|message| params(message, inbound)) else { return };
    let token = world.account(owner).token.clone();
    let conversation =
        Conversation { account: owner.to_owned(), sid: sid.to_owned(), answers, redirects: 0, params: params.clone() };
    let webhook = Webhook {
        epoch: world.epoch,
        account: owner.to_owned(),
        token,
        url: hook.url,
        method: hook.method,
        params,
        fallback: hook.fallback,
        then: Then::Reply(conversation),
        sid: sid.to_owned(),
        idempotency: sid::make(""),
        replay_of: None,
        delay: 0,
    };
    world.send(webhook);
}

/// The parameters of the webhook, in the order in which Twilio sends them.
fn params(message: &Message, inbound: &Inbound) -> Vec<(String, String)> {
    let from = message.from.as_deref().unwrap_or_default();
    let mut params: Vec<(String, String)> = Vec::with_capacity(26);
    let mut add = |name: &str, value: &str| params.push((name.to_owned(), value.to_owned()));
    let is_sms = message.channel == Channel::Sms;
    let geography = |add: &mut dyn FnMut(&str, &str), names: &[(&str, &str)]| {
        if is_sms {
            for (name, number) in names {
                let country = if name.ends_with("Country") && number.starts_with("+1") { "US" } else { "" };
                add(name, country);
            }
        }
    };
    geography(&mut add, &[("ToCountry", &message.to), ("ToState", "")]);
    add("SmsMessageSid", &message.sid);
    add("NumMedia", &message.media.len().to_string());
    geography(&mut add, &[("ToCity", ""), ("FromZip", "")]);
    add("SmsSid", &message.sid);
    geography(&mut add, &[("FromState", "")]);
    add("SmsStatus", "received");
    geography(&mut add, &[("FromCity", "")]);
    add("Body", &message.body);
    geography(&mut add, &[("FromCountry", from)]);
    add("To", &message.to);
    geography(&mut add, &[("ToZip", "")]);
    add("NumSegments", &message.segments.to_string());
    add("ReferralNumMedia", "0");
    add("MessageSid", &message.sid);
    add("AccountSid", &message.account);
    add("From", from);
    add("ApiVersion", "2010-04-01");
    for (number, media) in message.media.iter().enumerate() {
        add(&format!("MediaUrl{number}"), &media.url);
        add(&format!("MediaContentType{number}"), media.content_type);
    }
    if message.channel == Channel::Whatsapp {
        let number = from.rsplit(':').next().unwrap_or_default();
        add("ProfileName", inbound.profile_name.as_deref().unwrap_or(number));
        add("WaId", number.trim_start_matches('+'));
        add("MessageType", if message.media.is_empty() { "text" } else { "image" });
    }
    params
}
