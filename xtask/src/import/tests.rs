//! The importer against all of Twilio's specifications; skipped where they are not at hand.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use regex::Regex;
use ringback::names;
use serde_json::Value;

use super::{count, page, pages, render, spec, spelling};

/// The folder of Twilio's OpenAPI files, if it is at hand.
#[expect(clippy::print_stderr, reason = "a test that does not run says so")]
fn specifications() -> Option<PathBuf> {
    let beside = || root().join("../shared/twilio-oai");
    let dir = env::var_os("RINGBACK_OPENAPI").map_or_else(beside, PathBuf::from);
    if !dir.is_dir() {
        eprintln!("skipped: Twilio's OpenAPI files are not here; RINGBACK_OPENAPI names their folder");
        return None;
    }
    Some(dir)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

#[test]
fn what_is_committed_is_what_the_specifications_say() {
    let Some(dir) = specifications() else { return };
    for (path, text) in render(&dir).unwrap().0 {
        let committed = fs::read_to_string(root().join(&path)).unwrap_or_default();
        assert!(committed == text, "{} is not current: run cargo xtask import", path.display());
    }
}

#[test]
fn every_specification_makes_pages() {
    let Some(dir) = specifications() else { return };
    let files = spec::files(&dir).unwrap();
    let pages = pages(&dir, &files).unwrap();
    for page in &pages {
        assert!(page::render(page, "a test").contains(&format!("\"{}.{}\"", page.domain, page.version)));
    }
    let found = count(&pages);
    // measured on twilio-oai 2.6.7; a later version only adds
    assert!(found.pages >= 55 && found.resources >= 531 && found.operations >= 1441, "{found}");
}

/// Every name that the specifications give to parameters and properties, and every piece of their paths.
fn every_name(dir: &Path) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for name in spec::files(dir).unwrap() {
        let text = fs::read_to_string(dir.join(format!("twilio_{name}.json"))).unwrap();
        gather(&serde_json::from_str(&text).unwrap(), &mut found);
    }
    found
}

fn gather(node: &Value, found: &mut BTreeSet<String>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| gather(item, found)),
        Value::Object(map) => {
            for (key, value) in map {
                match key.as_str() {
                    "properties" | "schemas" => {
                        found.extend(value.as_object().into_iter().flatten().map(|(key, _)| key.clone()));
                    }
                    "name" | "mountName" | "className" => found.extend(value.as_str().map(str::to_owned)),
                    path if path.starts_with('/') => found.extend(path.split('/').map(str::to_owned)),
                    _ => {}
                }
                if !["examples", "description"].contains(&key.as_str()) {
                    gather(value, found);
                }
            }
        }
        _ => {}
    }
}

/// The rules of naming as Twilio's own generator has them: substitutions, one after the other.
fn substituted(text: &str, rules: &[(Regex, &str)]) -> String {
    rules.iter().fold(text.to_owned(), |text, (pattern, with)| pattern.replace_all(&text, *with).into_owned())
}

fn compiled(rules: &[(&str, &'static str)]) -> Vec<(Regex, &'static str)> {
    rules.iter().map(|(pattern, with)| (Regex::new(pattern).unwrap(), *with)).collect()
}

const SNAKE: &[(&str, &str)] = &[
    (r"[^a-zA-Z\d]+", "_"),
    ("([a-z])([A-Z])", "${1}_${2}"),
    (r"(\d[A-Z]*)([A-Z])", "${1}_${2}"),
    ("([A-Z])([A-Z][a-z])", "${1}_${2}"),
];

const UNDERSCORE: &[(&str, &str)] = &[
    (r"\.", "/"),
    (r"\$", "__"),
    ("([A-Z]+)([A-Z][a-z][a-z]+)", "${1}_${2}"),
    (r"([a-z\d])([A-Z])", "${1}_${2}"),
    ("[- ]", "_"),
];

#[test]
fn names_follow_the_rules_of_twilios_generator() {
    let Some(dir) = specifications() else { return };
    let invented = ["SIPTrunking", "A1BCd", "IPv6Address", "a2p_10DLCNumber", "XMLHttp2Request", "ABc", "AWSIam"];
    let mut names = every_name(&dir);
    names.extend(invented.map(str::to_owned));
    let (snakes, underscores) = (compiled(SNAKE), compiled(UNDERSCORE));
    let after_digit = compiled(&[(r"(\d)([a-z])", "${1}_${2}")]);
    let plain_words = compiled(&[(r"\[\]", ""), (r"[\[\].\-: /\\|]", "_"), (r"\W", "")]);
    for name in &names {
        let snake = substituted(name, &snakes).to_lowercase();
        assert_eq!(names::snake(name), snake, "{name}");
        assert_eq!(names::underscore(name), substituted(name, &underscores).to_lowercase(), "{name}");
        let words = substituted(&snake, &after_digit);
        let camel: String = words.split('_').map(spelling::capitalized).collect();
        assert_eq!(spelling::camelize(name), camel, "{name}");
        if name != "from" {
            let plain = substituted(name, &plain_words);
            let plain = if plain.to_uppercase() == plain { plain.to_lowercase() } else { plain };
            assert_eq!(names::attribute(name, false), substituted(&plain, &underscores).to_lowercase(), "{name}");
        }
    }
    assert!(names.len() > 3000, "only {} names were found", names.len());
}

/// The rules of plurals as Twilio's own generator has them; the first whose pattern matches is used.
const PLURALS: &[(&str, &str)] = &[
    ("(s|si|u)s$", "${1}s"),
    ("(n)ews$", "${1}ews"),
    ("((a)naly|(b)a|(d)iagno|(p)arenthe|(p)rogno|(s)ynop|(t)he)ses$", "${1}${2}sis"),
    ("([ht]ive)s$", "${1}"),
    ("([lr])ves$", "${1}f"),
    ("([^f])ves$", "${1}fe"),
    ("([^aeiouy]|qu)ies$", "${1}y"),
    ("(x|ch|ss|sh)es$", "${1}"),
    ("([m|l])ice$", "${1}ouse"),
    ("(bus)es$", "${1}"),
    ("(shoe)s$", "${1}"),
    ("(o)es$", "${1}"),
    ("(cris|ax|test)is$", "${1}is"),
    ("(cris|ax|test)es$", "${1}is"),
    ("(octop|vir)i$", "${1}us"),
    ("(alias|status)es$", "${1}"),
    ("(alias)$", "${1}"),
    ("(vert|ind)ices$", "${1}ex"),
    ("(matr)ices$", "${1}ix"),
    ("(quiz)zes$", "${1}"),
    ("s$", ""),
];

#[test]
fn plurals_follow_the_rules_of_twilios_generator() {
    let Some(dir) = specifications() else { return };
    let rule = |(pattern, with): &(&str, &'static str)| (Regex::new(&format!("(?i){pattern}")).unwrap(), *with);
    let rules: Vec<(Regex, &str)> = PLURALS.iter().map(rule).collect();
    let mut words = every_name(&dir);
    words.extend(PLURALS.iter().map(|(pattern, _)| pattern.replace(['(', ')', '$', '[', ']', '^', '|'], "")));
    let invented =
        ["Leaves", "analyses", "Bases", "Queries", "Movies", "Boxes", "Indices", "Aliases", "Media", "Archives"];
    words.extend(invented.map(str::to_owned));
    for word in words.iter().filter(|word| *word != "Aws" && word.to_uppercase() != **word) {
        let found = rules.iter().find(|(pattern, _)| pattern.is_match(word));
        let expected = found.map_or(word.clone(), |(pattern, with)| pattern.replace(word, *with).into_owned());
        assert_eq!(spelling::singular(word), expected, "{word}");
    }
}
