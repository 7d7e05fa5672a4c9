//! How names of a specification become names of classes, in Python and in Rust.

use ringback::names;

/// `verification_checks` to `VerificationChecks`.
pub(super) fn camelize(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut start = true;
    for letter in names::snake(text).chars() {
        // a word also starts after a digit
        let after_digit = out.ends_with(|last: char| last.is_ascii_digit());
        match letter {
            '_' => start = true,
            letter if start || (after_digit && letter.is_ascii_lowercase()) => {
                out.push(letter.to_ascii_uppercase());
                start = false;
            }
            letter => out.push(letter),
        }
    }
    out
}

/// Endings of plurals, how many letters of them go, and what takes their place; the first that fits is used.
const ENDINGS: &[(&[&str], usize, &str)] = &[
    (&["ss", "sis", "us", "news"], 0, ""),
    (&["analyses"], 3, "asis"), // so it is in Twilio's own libraries
    (&["bases", "diagnoses", "parentheses", "prognoses", "synopses", "theses"], 3, "sis"),
    (&["hives", "tives"], 1, ""),
    (&["lves", "rves"], 3, "f"),
    (&["fves"], 1, ""),
    (&["ves"], 3, "fe"),
    (&["quies"], 3, "y"),
    (&["aies", "eies", "iies", "oies", "uies", "yies"], 1, ""),
    (&["ies"], 3, "y"),
    (&["xes", "ches", "sses", "shes"], 2, ""),
    (&["mice", "lice"], 3, "ouse"),
    (&["buses"], 2, ""),
    (&["shoes"], 1, ""),
    (&["oes"], 2, ""),
    (&["axis", "testis"], 0, ""),
    (&["crises", "axes", "testes"], 2, "is"),
    (&["octopi", "viri"], 1, "us"),
    (&["aliases", "statuses"], 2, ""),
    (&["alias"], 0, ""),
    (&["vertices", "indices"], 4, "ex"),
    (&["matrices"], 4, "ix"),
    (&["quizzes"], 3, ""),
    (&["s"], 1, ""),
];

/// The singular of a class or a mount name: `VerificationChecks` to `VerificationCheck`.
pub(super) fn singular(text: &str) -> String {
    if text == "Aws" || !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return text.to_owned();
    }
    let lower = text.to_ascii_lowercase();
    let fits = |endings: &[&str]| endings.iter().any(|ending| lower.ends_with(ending));
    match ENDINGS.iter().find(|(endings, ..)| fits(endings)) {
        Some((_, cut, add)) => format!("{}{add}", &text[..text.len() - cut]),
        None => text.to_owned(),
    }
}

/// The class of a schema: `message_enum_status` to `MessageEnumStatus`.
pub(super) fn class(schema: &str) -> String {
    let words = schema.split(|letter: char| !letter.is_alphanumeric());
    words.map(capitalized).collect()
}

/// The text with its first letter as a capital.
pub(super) fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// A value of an enum as the name of a Rust variant: `in-progress` to `InProgress`.
pub(super) fn variant(value: &str) -> String {
    let words = value.split(|letter: char| !letter.is_ascii_alphanumeric());
    let name: String = words
        .map(|word| match word {
            word if word.len() > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase()) => {
                capitalized(&word.to_ascii_lowercase())
            }
            word => capitalized(word),
        })
        .collect();
    if name.starts_with(|first: char| first.is_ascii_digit()) { format!("Value{name}") } else { name }
}

/// A Rust identifier: words that Rust keeps for itself are written raw.
pub(super) fn identifier(name: &str) -> String {
    const KEPT: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
        "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
        "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
        "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
    ];
    if KEPT.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}
