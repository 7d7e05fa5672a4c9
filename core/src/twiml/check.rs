//! What is wrong with a document, all of it, before Twilio says so.

mod names;
mod outline;
mod rules;
mod values;
mod verbs;

use std::{fmt, str::FromStr};

use self::outline::Outline;
use super::{
    Kind,
    place::Places,
    reader::{MAX_LENGTH, shown},
    table::Verb,
};
use crate::{Error, Result};

/// How many findings a check makes at most.
const MOST: usize = 1000;

/// Twilio's code for a root that is not `<Response>`.
const WRONG_ROOT: u32 = 12102;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub enum Severity {
    /// Twilio may do something else than what stands there, or the table of verbs does not know it.
    Warning = 1,
    /// Twilio refuses the document, or leaves out what stands there.
    Error = 2,
}

impl Severity {
    /// The severity in `snake_case`, as it is shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where Twilio asks for a document that is not the call's own, and in which it allows fewer verbs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
#[non_exhaustive]
pub enum Context {
    /// The `url` of `<Number>`, `<Client>` or `<Sip>`: what the dialed party hears first.
    NumberUrl = 1,
    /// The `waitUrl` of `<Conference>`.
    ConferenceWaitUrl = 2,
    /// The `waitUrl` of `<Enqueue>`.
    EnqueueWaitUrl = 3,
    /// The `url` of `<Queue>`.
    QueueUrl = 4,
}

impl Context {
    /// Every context, in the order of their numbers.
    pub const ALL: &'static [Self] = &[Self::NumberUrl, Self::ConferenceWaitUrl, Self::EnqueueWaitUrl, Self::QueueUrl];

    /// The context in `snake_case`, as Python and the command call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NumberUrl => "number_url",
            Self::ConferenceWaitUrl => "conference_wait_url",
            Self::EnqueueWaitUrl => "enqueue_wait_url",
            Self::QueueUrl => "queue_url",
        }
    }
}

impl FromStr for Context {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        named("context", name, Self::ALL, |context| context.as_str())
    }
}

impl Kind {
    /// The kind in `snake_case`, as Python and the command call it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Voice => "voice",
            Self::Messaging => "messaging",
            Self::Fax => "fax",
        }
    }
}

impl FromStr for Kind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        named("kind", name, Self::ALL, |kind| kind.as_str())
    }
}

/// The one of this name, or an `InvalidArgument` that tells all.
fn named<T: Copy>(what: &str, name: &str, all: &[T], name_of: impl Fn(T) -> &'static str) -> Result<T> {
    all.iter().copied().find(|one| name_of(*one) == name).ok_or_else(|| {
        let names: Vec<_> = all.iter().map(|one| name_of(*one)).collect();
        Error::invalid_argument(format!("{what} is {:?}, and must be {}", shown(name), names.join(", ")))
    })
}

/// Something that is wrong with a document, or may be.
///
/// It is displayed as a compiler's line: `3:5: error[12200]: TwiML knows no verb <sy>`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The code of the error or the warning that Twilio would note, where it is known.
    pub code: Option<u32>,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong: one sentence in lower case.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { severity, code, line, column, message, .. } = self;
        match code {
            Some(code) => write!(f, "{line}:{column}: {severity}[{code}]: {message}"),
            None => write!(f, "{line}:{column}: {severity}: {message}"),
        }
    }
}

/// What is wrong with a document, in its order; nothing if all is well.
///
/// The kind of the document is recognised by its verbs; [`CheckOptions`] say more of it. A text that is not XML has one
/// finding. Of more than a thousand findings, the rest is left out.
///
/// ```
/// use ringback::twiml;
///
/// let findings = twiml::check("<Response>\n  <say>Hello</say>\n</Response>");
/// assert_eq!(findings[0].to_string(), "2:3: error[12200]: TwiML knows no verb <say>, since case counts");
/// assert_eq!(findings[0].hint.as_deref(), Some("write <Say>"));
/// ```
pub fn check(xml: &str) -> Vec<Finding> {
    CheckOptions::new().check(xml)
}

/// How a document is used, which decides what is right in it.
///
/// ```
/// use ringback::twiml::{CheckOptions, Kind};
///
/// let options = CheckOptions::new().kind(Kind::Voice).parameter(true);
/// let findings = options.check("<Response><Record action='/done'/></Response>");
/// assert_eq!(findings[0].code, Some(15004));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use]
pub struct CheckOptions {
    kind: Option<Kind>,
    parameter: bool,
    context: Option<Context>,
}

impl CheckOptions {
    /// Of any kind, as the answer to a webhook.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the document for one of this kind, whatever stands in it.
    pub fn kind(mut self, kind: Kind) -> Self {
        self.kind = Some(kind);
        self
    }

    /// Sets whether the document is sent as the parameter `Twiml`: it is shorter then, and no address is relative.
    pub fn parameter(mut self, is_parameter: bool) -> Self {
        self.parameter = is_parameter;
        self
    }

    /// Takes the document for one that Twilio asks for in this context.
    pub fn context(mut self, context: Context) -> Self {
        self.context = Some(context);
        self
    }

    /// What is wrong with a document, in its order; see [`check`].
    pub fn check(&self, xml: &str) -> Vec<Finding> {
        let xml = xml.strip_prefix('\u{feff}').unwrap_or(xml);
        let mut report = Report::default();
        if xml.len() > MAX_LENGTH {
            // nobody reads so much, so nothing else is said of it
            lengths(self, xml, &mut report);
            return report.findings(xml);
        }
        match Outline::of(xml) {
            Ok(outline) => {
                lengths(self, xml, &mut report);
                walk(self, &outline, &mut report);
            }
            Err(malformed) => {
                report.error(malformed.at, malformed.code, malformed.problem).hint(malformed.remedy);
            }
        }
        report.findings(xml)
    }
}

fn lengths(options: &CheckOptions, xml: &str, report: &mut Report) {
    let (most, code) = rules::DOCUMENT;
    if xml.len() > most {
        let message = format!("the document has {} bytes, and Twilio reads at most {most}", xml.len());
        report.error(0, code, message).hint("split it, and go on with <Redirect>");
    }
    let (most, code) = rules::PARAMETER;
    let length = xml.chars().count();
    if options.parameter && length > most {
        let message = format!("the parameter Twiml has {length} characters, and Twilio takes at most {most}");
        report.error(0, code, message).hint("serve the document at a URL, and give Url");
    }
}

/// Looks at every element, each in what it stands in.
fn walk(options: &CheckOptions, outline: &Outline<'_>, report: &mut Report) {
    let Some(root) = outline.elements.first() else { return };
    if root.name != "Response" {
        let is_response = root.name.eq_ignore_ascii_case("Response");
        let message = format!("the root of TwiML is <Response>, not <{}>", shown(root.name));
        let found = report.error(root.at, WRONG_ROOT, message);
        match is_response {
            true => found.hint("write <Response>, since case counts"),
            false => found.hint("put the verbs into one <Response>"),
        }
        if !is_response {
            return;
        }
    }
    let kind = options.kind.unwrap_or_else(|| names::recognise(outline));
    let check = Check { options, kind, outline };
    // an element that the table does not know has no row, and may hold anything
    let mut rows: Vec<Option<&'static Verb>> = Vec::with_capacity(outline.elements.len());
    for (number, part) in outline.elements.iter().enumerate() {
        if report.is_full() {
            return;
        }
        let parent = part.parent.map(|parent| rows[parent]);
        let row = match parent {
            None => Some(kind.root()),
            Some(Some(parent)) => names::resolve(&check, parent, part, report),
            Some(None) => None,
        };
        rows.push(row);
        if let Some(row) = row {
            values::check(&check, number, row, parent.flatten(), report);
            verbs::check(&check, number, row, parent.flatten(), report);
        }
    }
    verbs::check_order(&check, report);
}

/// What a check knows of the whole document.
struct Check<'a, 'x> {
    options: &'a CheckOptions,
    kind: Kind,
    outline: &'a Outline<'x>,
}

/// The findings so far, each with its place in bytes.
#[derive(Default)]
struct Report {
    found: Vec<Found>,
}

struct Found {
    at: usize,
    severity: Severity,
    code: Option<u32>,
    message: String,
    hint: Option<String>,
}

impl Found {
    fn hint(&mut self, hint: impl Into<String>) {
        self.hint = Some(hint.into());
    }
}

impl Report {
    fn is_full(&self) -> bool {
        self.found.len() > MOST
    }

    fn error(&mut self, at: usize, code: impl Into<Option<u32>>, message: impl Into<String>) -> &mut Found {
        self.add(at, Severity::Error, code.into(), message.into())
    }

    fn warning(&mut self, at: usize, code: impl Into<Option<u32>>, message: impl Into<String>) -> &mut Found {
        self.add(at, Severity::Warning, code.into(), message.into())
    }

    fn add(&mut self, at: usize, severity: Severity, code: Option<u32>, message: String) -> &mut Found {
        self.found.push(Found { at, severity, code, message, hint: None });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    /// The findings in the order of the document, with lines and columns.
    fn findings(mut self, xml: &str) -> Vec<Finding> {
        self.found.sort_by_key(|found| found.at);
        let mut places = Places::of(xml);
        let more = self.found.len() > MOST;
        self.found.truncate(MOST);
        if more && let Some(last) = self.found.last() {
            let message = format!("there are more than {MOST} findings, and the others are left out");
            let at = last.at;
            self.warning(at, None, message).hint("mend some of them and check again");
        }
        let finish = |Found { at, severity, code, message, hint }| {
            let (line, column) = places.of_next(at);
            Finding { severity, code, line, column, message, hint }
        };
        self.found.into_iter().map(finish).collect()
    }
}
