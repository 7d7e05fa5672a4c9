//! What the application answers a message with: TwiML, plain text, or nothing.

use serde_json::json;

use super::create::{self, New};
use crate::{
    egress::{Fetched, Method, Then, Webhook},
    sid,
    twiml::{self, Element},
    validate,
    world::World,
};

/// How many messages one message may be answered with.
const MOST_REPLIES: usize = 10;

/// How many documents one message may lead through.
const MOST_REDIRECTS: usize = 50;

/// A message that is being answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Conversation {
    pub(crate) account: String,
    /// The message.
    pub(crate) sid: String,
    /// Whether answers go out: after STOP they do not.
    pub(crate) answers: bool,
    pub(crate) redirects: usize,
    /// What the webhook was told, and every document after it is.
    pub(crate) params: Vec<(String, String)>,
}

/// The two ends of a conversation: who wrote, and the account's number.
struct Ends {
    person: String,
    number: String,
}

/// Obeys the application's answer.
pub(crate) fn on_reply(world: &mut World, conversation: &Conversation, answer: Option<Fetched>) {
    let Some(answer) = answer else { return };
    let message = world.account(&conversation.account).messages.get(&conversation.sid);
    let Some(ends) =
        message.and_then(|message| Some(Ends { person: message.from.clone()?, number: message.to.clone() }))
    else {
        return;
    };
    let kind = answer.content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match kind.as_str() {
        _ if answer.body.trim().is_empty() => {}
        "text/plain" => {
            let body = answer.body.trim().to_owned();
            send(world, conversation, &ends, &Reply { body, ..Reply::default() });
        }
        "" | "text/xml" | "application/xml" | "text/html" => match twiml::parse(&answer.body) {
            Ok(verbs) => obey(world, conversation, &ends, &verbs, &answer.url),
            Err(wrong) => world.warn(wrong.code, &conversation.sid, &wrong.text),
        },
        other => {
            let text = format!("the content type {other} is neither XML nor plain text");
            world.warn(12300, &conversation.sid, &text);
        }
    }
}

fn obey(world: &mut World, conversation: &Conversation, ends: &Ends, verbs: &[Element], document: &str) {
    let mut sent = 0;
    for verb in verbs {
        match verb.name.as_str() {
            "Message" | "Sms" if sent == MOST_REPLIES => {
                return world.warn(14109, &conversation.sid, "a message is answered with 10 messages at most");
            }
            "Message" | "Sms" => {
                sent += 1;
                let reply = Reply::of(verb, document);
                send(world, conversation, ends, &reply);
            }
            "Redirect" => return redirect(world, conversation, verb, document),
            other => world.warn(12200, &conversation.sid, &format!("<{other}> is not a verb of messages")),
        }
    }
}

/// One answer.
#[derive(Debug, Default)]
struct Reply {
    body: String,
    media: Vec<String>,
    to: Option<String>,
    from: Option<String>,
    callback: Option<(String, Method)>,
}

impl Reply {
    fn of(verb: &Element, document: &str) -> Self {
        let mut body = verb.raw.clone();
        let mut media = Vec::new();
        for child in &verb.children {
            match child.name.as_str() {
                "Body" => body.push_str(&child.raw),
                "Media" => media.extend(absolute(document, child.text())),
                _ => {}
            }
        }
        let callback = verb.attribute("statusCallback").or_else(|| verb.attribute("action"));
        let method = Method::parse(verb.attribute("method")).unwrap_or(Method::Post);
        Self {
            body: body.trim().to_owned(),
            media,
            to: verb.attribute("to").map(str::to_owned),
            from: verb.attribute("from").map(str::to_owned),
            callback: callback.and_then(|url| absolute(document, url)).map(|url| (url, method)),
        }
    }
}

fn absolute(document: &str, url: &str) -> Option<String> {
    url::Url::parse(document).ok()?.join(url).ok().map(Into::into)
}

fn send(world: &mut World, conversation: &Conversation, ends: &Ends, reply: &Reply) {
    if !conversation.answers {
        return;
    }
    let sid = &conversation.sid;
    if (reply.body.is_empty() && reply.media.is_empty()) || create::is_too_long(&reply.body) {
        return world.warn(14103, sid, "the text of an answer is empty or longer than 1600 characters");
    }
    let Some(to) = validate::recipient(reply.to.as_deref().unwrap_or(&ends.person)) else {
        return world.warn(14101, sid, "the 'to' of an answer is not a number");
    };
    let Some(from) = validate::sender(reply.from.as_deref().unwrap_or(&ends.number)) else {
        return world.warn(14102, sid, "the 'from' of an answer is not a number");
    };
    let text = New::text(&conversation.account, from.text, to, reply.body.clone(), "outbound-reply");
    create::accept(world, New { media: reply.media.clone(), callback: reply.callback.clone(), ..text });
}

fn redirect(world: &mut World, conversation: &Conversation, verb: &Element, document: &str) {
    let sid = &conversation.sid;
    let url = if verb.text().is_empty() { Some(document.to_owned()) } else { absolute(document, verb.text()) };
    let Some(url) = url else { return world.warn(11100, sid, "the URL of a <Redirect> is not a URL") };
    if conversation.redirects >= MOST_REDIRECTS {
        return world.warn(14106, sid, "a message leads through 50 documents at most");
    }
    let method = Method::parse(verb.attribute("method")).unwrap_or(Method::Post);
    let webhook = Webhook {
        epoch: world.epoch,
        token: world.account(&conversation.account).token.clone(),
        account: conversation.account.clone(),
        url,
        method,
        params: conversation.params.clone(),
        fallback: None,
        then: Then::Reply(Conversation { redirects: conversation.redirects + 1, ..conversation.clone() }),
        sid: sid.clone(),
        idempotency: sid::make(""),
        replay_of: None,
        delay: 0,
    };
    world.note("redirect", json!({ "sid": sid, "url": webhook.url }));
    world.send(webhook);
}
