//! What verbs say together: their texts, their nouns, and the order in which they stand.

use super::{
    Check, Report,
    outline::Part,
    rules,
    values::{bad_address, scheme},
};
use crate::{
    text::body_length,
    twiml::{Kind, reader::shown, table::Verb},
};

/// Looks at an element as a whole.
pub(super) fn check(
    check: &Check<'_, '_>,
    number: usize,
    verb: &'static Verb,
    parent: Option<&'static Verb>,
    report: &mut Report,
) {
    let part = &check.outline.elements[number];
    if verb.text.is_none() && !part.is_blank {
        let message = format!("text stands directly in <{}>, which takes none", part.name);
        report.warning(part.text_at, rules::SCHEMA, message).hint("put it into a verb, or remove it");
    }
    match verb.class {
        "Say" => speech(check, number, report),
        "Message" => message(check, number, report),
        "Sms" if check.kind == Kind::Messaging => message(check, number, report),
        "Play" => play(check, part, report),
        "MessagingResponse" => messages(check, number, report),
        "Dial" => dial(check, number, report),
        "Number" => phone_number(part, report),
        "Sip" => sip(check, number, report),
        "Conference" => conference(part, report),
        "Enqueue" => queue(part, report),
        "Record" => record(check, part, report),
        "Redirect" => redirect(check, part, report),
        "Stream" => stream(check, part, parent, report),
        "ConversationRelay" => socket(check, part, report),
        "Siprec" | "Transcription" => named(check, part, parent, report),
        _ => {}
    }
    if let (Some(context), true) = (check.options.context, part.parent == Some(0) && check.kind == Kind::Voice) {
        let Some(visiting) = rules::VISITING.iter().find(|visiting| visiting.context == context) else { return };
        if context == super::Context::NumberUrl && verb.class == "Dial" {
            let message = format!("<Dial> cannot stand in {}", visiting.document);
            report.error(part.at, rules::DIAL_FROM_DIAL, message).hint("dial from the document of the call itself");
        } else if !visiting.verbs.contains(&verb.class) {
            let message = format!("<{}> cannot stand in {}", part.name, visiting.document);
            let allowed = visiting.verbs.iter().map(|verb| format!("<{verb}>")).collect::<Vec<_>>().join(", ");
            report.add(part.at, visiting.severity, Some(visiting.code), message).hint(format!("it may hold {allowed}"));
        }
    }
}

/// Looks at what is never reached in `<Response>`, and at `<Reject>`.
pub(super) fn check_order(check: &Check<'_, '_>, report: &mut Report) {
    let mut end: Option<&Part<'_>> = None;
    for (index, part) in check.outline.children(0).enumerate() {
        if let Some(end) = end {
            let how = match rules::ENDS_WITH_ACTION.contains(&end.name) || end.name == "Record" {
                true => "hands over to its action",
                false => "ends the document",
            };
            let message =
                format!("<{}> and what follows is never reached, since <{}> {how}", shown(part.name), end.name);
            report.warning(part.at, None, message).hint(format!("move it before <{}>, or remove it", end.name));
            return;
        }
        if part.name == "Reject" && index > 0 && check.kind == Kind::Voice {
            let message = "<Reject> only hangs up here, since the verb before it has answered the call";
            report.warning(part.at, None, message).hint("make it the first verb, or write <Hangup>");
        }
        let has_action = || check.outline.value(part, "action").is_some();
        let ends = rules::ENDS.contains(&part.name) || (rules::ENDS_WITH_ACTION.contains(&part.name) && has_action());
        end = ends.then_some(part);
    }
}

fn speech(check: &Check<'_, '_>, number: usize, report: &mut Report) {
    let part = &check.outline.elements[number];
    let (most, most_of_polly, code) = rules::SPEECH;
    let is_polly = check.outline.value(part, "voice").is_some_and(|voice| voice.starts_with("Polly."));
    let hint = "split it into several <Say>";
    if part.length > most {
        let message = format!("<Say> has {} characters of text, and Twilio speaks at most {most}", part.length);
        report.error(part.at, code, message).hint(hint);
    } else if is_polly && part.length > most_of_polly {
        let length = part.length;
        let message = format!("<Say> has {length} characters of text, and this voice speaks at most {most_of_polly}");
        report.warning(part.at, code, message).hint(hint);
    } else if part.is_blank && check.outline.children(number).next().is_none() {
        report.warning(part.at, rules::NO_SPEECH, "<Say> says nothing").hint("write what it is to say, or <Pause>");
    }
}

fn message(check: &Check<'_, '_>, number: usize, report: &mut Report) {
    let part = &check.outline.elements[number];
    let (most, code) = rules::MESSAGE;
    let bodies = check.outline.children(number).filter(|child| child.name == "Body");
    let mut length = body_length(part.text.trim());
    let mut is_empty = length == 0;
    for body in bodies {
        length += body_length(body.text.trim());
        is_empty &= body.is_blank;
    }
    let has_media = check.outline.children(number).any(|child| child.name == "Media");
    if length > most {
        let message = format!("<{}> has {length} characters of text, and Twilio sends at most {most}", part.name);
        report.error(part.at, code, message).hint("split it into several <Message>");
    } else if is_empty && !has_media {
        report
            .error(part.at, code, format!("<{}> has neither text nor <Media>", part.name))
            .hint("write what it is to say");
    }
}

fn messages(check: &Check<'_, '_>, number: usize, report: &mut Report) {
    let (most, code) = rules::MESSAGES;
    let mut sent = check.outline.children(number).filter(|part| matches!(part.name, "Message" | "Sms"));
    if let Some(part) = sent.nth(most) {
        let message = format!("a message is answered with {most} messages at most");
        report.error(part.at, code, message).hint("send the others with messages.create");
    }
}

fn dial(check: &Check<'_, '_>, number: usize, report: &mut Report) {
    let part = &check.outline.elements[number];
    if !part.is_blank {
        phone_number(part, report);
    }
    let is_sequential = check.outline.value(part, "sequential").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let mut ringing = check.outline.children(number).filter(|noun| matches!(noun.name, "Number" | "Client" | "Sip"));
    if let (false, Some(noun)) = (is_sequential, ringing.nth(rules::RINGING)) {
        let message = format!("<Dial> lets at most {} <Number>, <Client> and <Sip> ring at once", rules::RINGING);
        report.error(noun.at, None, message).hint("dial the others in a <Dial> behind it");
    }
}

/// Twilio takes E.164 and numbers of North America; a person may have written either with signs between the digits.
fn phone_number(part: &Part<'_>, report: &mut Report) {
    let text = part.text.trim();
    let digits = text.strip_prefix('+').unwrap_or(text);
    let has_sign = digits.len() < text.len();
    let is_sign = |letter: char| matches!(letter, ' ' | '-' | '.' | '(' | ')');
    let count = digits.chars().filter(char::is_ascii_digit).count();
    let is_plain = digits.chars().all(|letter| letter.is_ascii_digit() || is_sign(letter));
    // short numbers are those of emergency services and the like
    let has_length =
        if has_sign { (7..=15).contains(&count) } else { (3..=6).contains(&count) || matches!(count, 10 | 11) };
    let starts_with_zero = has_sign && digits.starts_with('0');
    if !is_plain || !has_length || starts_with_zero {
        let message = format!("<{}> dials {:?}, which is no phone number", part.name, shown(text));
        report.warning(part.text_at, rules::NUMBER, message).hint("write it in E.164, such as +15551234567");
    }
}

fn sip(check: &Check<'_, '_>, number: usize, report: &mut Report) {
    let part = &check.outline.elements[number];
    let text = part.text.trim();
    let has_nouns = check.outline.children(number).next().is_some();
    let is_sip = scheme(text).is_some_and(|scheme| matches!(&*scheme.to_ascii_lowercase(), "sip" | "sips"));
    let is_left_to_nouns = text.is_empty() && has_nouns;
    if !(is_sip || is_left_to_nouns) {
        let message = format!("<Sip> dials {:?}, which is no SIP address", shown(text));
        report.warning(part.text_at, rules::SIP, message).hint("write sip:NAME@DOMAIN");
    }
}

fn conference(part: &Part<'_>, report: &mut Report) {
    let (most, code) = rules::CONFERENCE;
    let length = part.text.trim().chars().count();
    if length == 0 || length > most {
        let message = format!("the name of <Conference> has {length} characters");
        report.warning(part.text_at, code, message).hint(format!("write 1 to {most}"));
    }
}

fn queue(part: &Part<'_>, report: &mut Report) {
    let length = part.text.trim().chars().count();
    if length > rules::QUEUE {
        let message = format!("the name of the queue has {length} characters");
        report.warning(part.text_at, None, message).hint(format!("write at most {}", rules::QUEUE));
    }
}

fn record(check: &Check<'_, '_>, part: &Part<'_>, report: &mut Report) {
    let value = |name| check.outline.value(part, name);
    if check.options.parameter && value("action").is_none_or(|action| action.trim().is_empty()) {
        let message = "<Record> has no action, and the parameter Twiml has no address of its own";
        report.error(part.at, rules::BAD_URL, message).hint("set action to an absolute URL");
    }
    let (most, code) = rules::TRANSCRIBED;
    let transcribes = value("transcribe").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let length = value("maxLength").and_then(|value| value.trim().parse::<i64>().ok());
    if transcribes && length.is_some_and(|length| length > most) {
        let message = format!("<Record> is longer than the {most} seconds that are transcribed");
        report
            .warning(part.at, code, message)
            .hint(format!("set maxLength to {most} at most, or leave out transcribe"));
    }
}

fn play(check: &Check<'_, '_>, part: &Part<'_>, report: &mut Report) {
    let text = part.text.trim();
    if check.options.parameter && !text.is_empty() && scheme(text).is_none() {
        let message = "<Play> has a relative address, and the parameter Twiml has no address of its own";
        report.warning(part.text_at, None, message).hint("write an absolute URL");
    }
}

fn redirect(check: &Check<'_, '_>, part: &Part<'_>, report: &mut Report) {
    let text = part.text.trim();
    if let Some(problem) = bad_address(text) {
        let message = format!("<Redirect> leads to {:?}, {problem}", shown(text));
        let hint = "write an absolute http or https URL, or a relative one";
        report.warning(part.text_at, rules::BAD_URL, message).hint(hint);
    } else if check.options.parameter && scheme(text).is_none() {
        let message = "<Redirect> is relative, and the parameter Twiml has no address";
        report.warning(part.text_at, None, message).hint("write an absolute URL");
    }
}

fn stream(check: &Check<'_, '_>, part: &Part<'_>, parent: Option<&Verb>, report: &mut Report) {
    named(check, part, parent, report);
    socket(check, part, report);
    for attribute in check.outline.attributes(part) {
        let is_connected = parent.is_some_and(|parent| parent.class == "Connect");
        match attribute.name {
            "track" if is_connected && matches!(&*attribute.value, "outbound_track" | "both_tracks") => {
                let message = "<Stream> in <Connect> hears the inbound track only";
                report.error(attribute.at, None, message).hint("remove track, or put <Stream> into <Start>");
            }
            "url" if attribute.value.contains('?') => {
                let message = "url of <Stream> has a query, which Twilio does not pass on";
                report.warning(attribute.at, None, message).hint("use <Parameter>");
            }
            _ => {}
        }
    }
}

/// What runs beside the call is stopped by its name.
fn named(check: &Check<'_, '_>, part: &Part<'_>, parent: Option<&Verb>, report: &mut Report) {
    if parent.is_some_and(|parent| parent.class == "Stop") && check.outline.value(part, "name").is_none() {
        let message = format!("<{}> in <Stop> has no name, and so stops nothing", part.name);
        report.warning(part.at, None, message).hint("set the name that it was started with");
    }
}

/// The `url` of a WebSocket.
fn socket(check: &Check<'_, '_>, part: &Part<'_>, report: &mut Report) {
    let Some(attribute) = check.outline.attributes(part).iter().find(|attribute| attribute.name == "url") else {
        return;
    };
    let value = attribute.value.trim();
    let hint = "write a wss URL";
    match scheme(value) {
        Some(scheme) if scheme.eq_ignore_ascii_case("wss") => {}
        Some(scheme) => {
            let message =
                format!("url of <{}> begins with {}:, and Twilio connects to wss only", part.name, shown(scheme));
            report.error(attribute.at, None, message).hint(hint);
        }
        None => {
            let message = format!("url of <{}> is {:?}, and Twilio connects to wss only", part.name, shown(value));
            report.warning(attribute.at, None, message).hint(hint);
        }
    }
}
