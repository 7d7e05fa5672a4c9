//! `ringback twiml`: what is wrong with documents, as a compiler tells it.

use std::{
    fs,
    io::{self, Read},
};

use ringback::twiml::{CheckOptions, Context, Finding, Kind, Severity};
use serde_json::json;

use crate::{
    arguments::{Twiml, TwimlCheck, TwimlContext, TwimlKind},
    exit, output,
};

/// How many letters of a line are shown, so that a document in one line is readable.
const WIDTH: usize = 100;

pub(crate) fn run(twiml: &Twiml) -> i32 {
    match twiml {
        Twiml::Check(check) => self::check(check),
    }
}

/// Prints the findings of every file; a file that cannot be read does not keep the others from it.
fn check(arguments: &TwimlCheck) -> i32 {
    let options = options(arguments);
    let mut code = exit::SUCCESS;
    let mut all = Vec::new();
    for file in &arguments.files {
        let text = match read(file) {
            Ok(text) => text,
            Err(error) => {
                output::error(&format!("{file} cannot be read: {error}"));
                code = exit::USAGE;
                continue;
            }
        };
        for finding in options.check(&text) {
            if finding.severity == Severity::Error && code == exit::SUCCESS {
                code = exit::REFUSED;
            }
            if arguments.json {
                let Finding { severity, code, line, column, message, hint, .. } = &finding;
                all.push(json!({ "file": file, "line": line, "column": column, "severity": severity.as_str(),
                    "code": code, "message": message, "hint": hint }));
            } else {
                output::text(&told(file, &text, &finding));
            }
        }
    }
    if arguments.json {
        output::json(&all.into());
    }
    code
}

fn options(arguments: &TwimlCheck) -> CheckOptions {
    let mut options = CheckOptions::new().parameter(arguments.parameter);
    if let Some(kind) = arguments.kind {
        options = options.kind(match kind {
            TwimlKind::Voice => Kind::Voice,
            TwimlKind::Messaging => Kind::Messaging,
            TwimlKind::Fax => Kind::Fax,
        });
    }
    if let Some(context) = arguments.context {
        options = options.context(match context {
            TwimlContext::Number => Context::NumberUrl,
            TwimlContext::ConferenceWait => Context::ConferenceWaitUrl,
            TwimlContext::EnqueueWait => Context::EnqueueWaitUrl,
            TwimlContext::Queue => Context::QueueUrl,
        });
    }
    options
}

fn read(file: &str) -> io::Result<String> {
    if file != "-" {
        return fs::read_to_string(file);
    }
    let mut text = String::new();
    io::stdin().lock().read_to_string(&mut text)?;
    Ok(text)
}

/// A finding with its file, the line that it stands in, a caret below its place, and what to do.
fn told(file: &str, text: &str, finding: &Finding) -> String {
    let mut told = format!("{file}:{finding}\n");
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let line = line(text, finding.line);
    let column = finding.column - 1;
    let first = column.saturating_sub(WIDTH / 2);
    // what a terminal would obey is not shown
    let shown: String = line
        .chars()
        .skip(first)
        .take(WIDTH)
        .map(|letter| if letter.is_control() && letter != '\t' { '\u{fffd}' } else { letter })
        .collect();
    if !shown.trim().is_empty() {
        let before = shown.chars().take(column - first).map(|letter| if letter == '\t' { '\t' } else { ' ' });
        told.push_str(&format!("    {shown}\n    {}^\n", before.collect::<String>()));
    }
    if let Some(hint) = &finding.hint {
        told.push_str(&format!("    hint: {hint}\n"));
    }
    told
}

/// The line of this number, from 1, however lines end.
fn line(text: &str, number: usize) -> &str {
    let mut rest = text;
    for _ in 1..number {
        let Some(end) = rest.find(['\r', '\n']) else { return "" };
        let length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + length..];
    }
    rest.split(['\r', '\n']).next().unwrap_or_default()
}
