//! What Twilio says of values, lengths and places, as data: each with the code of Twilio's warning where one is known.

use super::{Context, Severity};
use crate::twiml::table::{Attribute, Form};

/// Twilio's code for what its schema of TwiML does not know.
pub(super) const SCHEMA: u32 = 12200;

/// Twilio's code for an address that it cannot use.
pub(super) const BAD_URL: u32 = 11100;

/// The largest document that Twilio reads, in bytes, and its code.
pub(super) const DOCUMENT: (usize, u32) = (64 * 1024, 11750);

/// The longest value of the parameter `Twiml`, in characters, and its code.
pub(super) const PARAMETER: (usize, u32) = (4000, 32018);

/// The longest text of `<Say>`, in characters, that of the voices named `Polly.…`, and the code.
pub(super) const SPEECH: (usize, usize, u32) = (4096, 3000, 13521);

/// Twilio's code for `<Say>` without text.
pub(super) const NO_SPEECH: u32 = 13520;

/// The longest text of `<Message>`, in characters, and the code, which an empty one has too.
pub(super) const MESSAGE: (usize, u32) = (1600, 14103);

/// How often a message is answered, and the code.
pub(super) const MESSAGES: (usize, u32) = (10, 14109);

/// How many ring at once.
pub(super) const RINGING: usize = 10;

/// Twilio's code for a number that is no phone number.
pub(super) const NUMBER: u32 = 13223;

/// Twilio's code for what is no SIP address.
pub(super) const SIP: u32 = 13243;

/// The longest name of a conference, in characters, and the code.
pub(super) const CONFERENCE: (usize, u32) = (128, 13237);

/// The longest name of a queue, in characters.
pub(super) const QUEUE: usize = 64;

/// The longest recording that is transcribed, in seconds, and the code.
pub(super) const TRANSCRIBED: (i64, u32) = (120, 13615);

/// Verbs whose `action` must be absolute in the parameter `Twiml`, and the code.
pub(super) const ABSOLUTE_ACTION: (&[&str], u32) = (&["Gather", "Pay", "Record"], 15004);

/// Verbs behind which nothing is reached.
pub(super) const ENDS: &[&str] = &["Hangup", "Record", "Redirect", "Reject"];

/// Verbs behind which nothing is reached if they have an `action`.
pub(super) const ENDS_WITH_ACTION: &[&str] = &["Connect", "Dial", "Enqueue"];

/// The code for what a verb may not hold, by the verb's class.
pub(super) const NESTING: &[(&str, u32)] = &[("Dial", 13215), ("Gather", 13320), ("MessagingResponse", 14110)];

/// Attributes that Twilio's own libraries spell in two ways, so that neither is called wrong.
pub(super) const SPELT_TWICE: &[(&str, &str)] = &[
    ("ConversationRelay", "backgroundNoiseReduction"),
    ("ConversationRelay", "deepgramSmartFormat"),
    ("ConversationRelay", "ignoreBackchannel"),
    ("ConversationRelay", "speechTimeout"),
];

/// What may stand in a document that is not the call's own.
pub(super) struct Visiting {
    pub(super) context: Context,
    /// What the document is, for a message.
    pub(super) document: &'static str,
    pub(super) verbs: &'static [&'static str],
    pub(super) severity: Severity,
    pub(super) code: u32,
}

pub(super) const VISITING: &[Visiting] = &[
    Visiting {
        context: Context::NumberUrl,
        document: "the document that a dialed number hears first",
        verbs: &["Gather", "Hangup", "Pause", "Play", "Say"],
        severity: Severity::Warning,
        code: SCHEMA,
    },
    Visiting {
        context: Context::ConferenceWaitUrl,
        document: "the document of a conference's waitUrl",
        verbs: &["Pause", "Play", "Redirect", "Say"],
        severity: Severity::Error,
        code: 13238,
    },
    Visiting {
        context: Context::EnqueueWaitUrl,
        document: "the document of a queue's waitUrl",
        verbs: &["Gather", "Hangup", "Leave", "Pause", "Play", "Redirect", "Say"],
        severity: Severity::Warning,
        code: SCHEMA,
    },
    Visiting {
        context: Context::QueueUrl,
        document: "the document that a caller hears before leaving the queue",
        verbs: &["Pause", "Play", "Redirect", "Say"],
        severity: Severity::Warning,
        code: SCHEMA,
    },
];

/// Twilio's code for `<Dial>` in the document that a dialed number hears first.
pub(super) const DIAL_FROM_DIAL: u32 = 13201;

/// What an attribute takes besides what its row in the table of verbs says.
pub(super) enum Takes {
    /// Nothing else is known of it.
    Form,
    /// A number from this one on.
    From(i64),
    /// A number from this one on, or one of these words.
    FromOr(i64, &'static [&'static str]),
    /// A number between these, both included.
    Between(i64, i64),
    /// One of these words, in any case.
    Words(&'static [&'static str]),
    /// A value of its row, or one of these.
    Also(&'static [&'static str]),
    /// A value of its row, or the voice of a provider, such as `Polly.Joanna`.
    Voice,
    /// A value of its row, or the tag of a language, such as `pt-AO`.
    Language,
    /// These letters only.
    Letters(&'static str),
    /// One of these letters, or nothing; more than one has another code.
    Letter(&'static str, u32),
    /// At most as many characters.
    Characters(usize),
    /// The SID of a call.
    CallSid,
}

/// A rule for an attribute of a verb, named by its class.
pub(super) struct Rule {
    verb: &'static str,
    attribute: &'static str,
    pub(super) takes: Takes,
    pub(super) code: u32,
}

const fn rule(verb: &'static str, attribute: &'static str, takes: Takes, code: u32) -> Rule {
    Rule { verb, attribute, takes, code }
}

const KEYS: &str = "0123456789#*";

/// What answering machine detection takes, of every noun that has it.
const DETECTION: &[&str] = &["Enable", "DetectMessageEnd"];

/// The rules, by verb.
static RULES: &[Rule] = &[
    rule("Conference", "beep", Takes::Form, 13235),
    rule("Conference", "coach", Takes::CallSid, 13240),
    rule("Conference", "endConferenceOnExit", Takes::Form, 13231),
    rule("Conference", "muted", Takes::Form, 13230),
    rule("Conference", "participantLabel", Takes::Characters(128), 16025),
    rule("Conference", "record", Takes::Also(&["true", "false"]), SCHEMA),
    rule("Conference", "startConferenceOnEnter", Takes::Form, 13232),
    rule("Conference", "waitMethod", Takes::Form, 13234),
    rule("Conference", "waitUrl", Takes::Form, 13233),
    rule("Dial", "hangupOnStar", Takes::Form, 13213),
    rule("Dial", "method", Takes::Form, 13210),
    rule("Dial", "record", Takes::Also(&["true", "false"]), 13217),
    rule("Dial", "recordingStatusCallback", Takes::Form, 13256),
    rule("Dial", "timeLimit", Takes::From(1), 13216),
    rule("Dial", "timeout", Takes::Between(5, 600), 13212),
    rule("Enqueue", "maxQueueSize", Takes::Between(1, 1000), SCHEMA),
    rule("Gather", "actionOnEmptyResult", Takes::Form, 13338),
    rule("Gather", "finishOnKey", Takes::Letter(KEYS, 13311), 13310),
    rule("Gather", "input", Takes::Form, 13326),
    rule("Gather", "language", Takes::Language, 13331),
    rule("Gather", "method", Takes::Form, 13312),
    rule("Gather", "numDigits", Takes::From(1), 13314),
    rule("Gather", "speechTimeout", Takes::FromOr(1, &["auto"]), 13327),
    rule("Gather", "timeout", Takes::FromOr(1, &["auto"]), 13313),
    rule("Message", "method", Takes::Form, 14104),
    rule("Message", "statusCallback", Takes::Form, 14105),
    rule("Number", "machineDetection", Takes::Words(DETECTION), SCHEMA),
    rule("Number", "machineDetectionSilenceTimeout", Takes::Between(2000, 10_000), SCHEMA),
    rule("Number", "machineDetectionSpeechEndThreshold", Takes::Between(500, 5000), SCHEMA),
    rule("Number", "machineDetectionSpeechThreshold", Takes::Between(1000, 6000), SCHEMA),
    rule("Number", "machineDetectionTimeout", Takes::Between(3, 60), SCHEMA),
    rule("Number", "method", Takes::Form, 13221),
    rule("Number", "sendDigits", Takes::Letters("0123456789ABCDabcd*#wW"), 13222),
    rule("Pause", "length", Takes::From(1), 13910),
    rule("Play", "digits", Takes::Letters("0123456789ABCDabcd*#wW"), 13430),
    rule("Play", "loop", Takes::From(0), 13410),
    rule("Record", "finishOnKey", Takes::Letters(KEYS), 13613),
    rule("Record", "maxLength", Takes::From(1), 13612),
    rule("Record", "method", Takes::Form, 13610),
    rule("Record", "timeout", Takes::From(0), 13611),
    rule("Record", "transcribe", Takes::Form, 13614),
    rule("Record", "trim", Takes::Form, 13699),
    rule("Redirect", "method", Takes::Form, 13710),
    rule("Reject", "reason", Takes::Form, 13810),
    rule("Say", "language", Takes::Language, 13512),
    rule("Say", "loop", Takes::From(0), 13510),
    rule("Say", "voice", Takes::Voice, 13511),
    rule("Sip", "machineDetection", Takes::Words(DETECTION), SCHEMA),
    rule("Sip", "machineDetectionSilenceTimeout", Takes::Between(2000, 10_000), SCHEMA),
    rule("Sip", "machineDetectionSpeechEndThreshold", Takes::Between(500, 5000), SCHEMA),
    rule("Sip", "machineDetectionSpeechThreshold", Takes::Between(1000, 6000), SCHEMA),
    rule("Sip", "machineDetectionTimeout", Takes::Between(3, 60), SCHEMA),
    rule("Sip", "method", Takes::Form, 13241),
    rule("Sms", "method", Takes::Form, 14104),
    rule("Sms", "statusCallback", Takes::Form, 14105),
];

/// The codes that other ones have inside `<Gather>`.
const IN_GATHER: &[(u32, u32)] = &[(13510, 13322), (13511, 13321)];

/// The rule of an attribute.
pub(super) fn of(verb: &str, attribute: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.verb == verb && rule.attribute == attribute)
}

/// The code that a code is inside `<Gather>`.
pub(super) fn in_gather(code: u32) -> u32 {
    IN_GATHER.iter().find(|(outside, _)| *outside == code).map_or(code, |(_, inside)| *inside)
}

/// The methods of Twilio's requests.
pub(super) const METHODS: &[&str] = &["GET", "POST"];

/// Whether an attribute is the method of a request; `paymentMethod`, which takes other values, is none.
pub(super) fn is_method(row: &Attribute) -> bool {
    let is_free = match row.form {
        Form::Text => true,
        Form::Enum(values) => values == METHODS,
        Form::Boolean | Form::Integer => false,
    };
    is_free && (row.name == "method" || row.name.ends_with("Method"))
}

/// Whether an attribute is where Twilio sends a request.
pub(super) fn is_request(verb: &str, attribute: &str) -> bool {
    !is_socket(verb, attribute)
        && (matches!(attribute, "action" | "url") || attribute.ends_with("Url") || attribute.ends_with("Callback"))
}

/// Whether an attribute is where Twilio opens a WebSocket.
pub(super) fn is_socket(verb: &str, attribute: &str) -> bool {
    attribute == "url" && matches!(verb, "Stream" | "ConversationRelay")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::twiml::Kind;

    #[test]
    fn every_rule_is_for_an_attribute_of_the_table() {
        let verbs = || Kind::ALL.iter().flat_map(|kind| kind.verbs());
        for rule in RULES {
            let verb = verbs().find(|verb| verb.class == rule.verb).expect(rule.verb);
            assert!(verb.attributes.iter().any(|row| row.name == rule.attribute), "{} {}", rule.verb, rule.attribute);
            assert!(of(rule.verb, rule.attribute).is_some_and(|found| std::ptr::eq(found, rule)), "{}", rule.attribute);
        }
        for class in
            ENDS.iter().chain(ENDS_WITH_ACTION).chain(ABSOLUTE_ACTION.0).chain(NESTING.iter().map(|row| &row.0))
        {
            assert!(verbs().any(|verb| verb.class == *class), "{class}");
        }
        assert!(VISITING.iter().flat_map(|row| row.verbs).all(|class| verbs().any(|verb| verb.class == *class)));
    }
}
