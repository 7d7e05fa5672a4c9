//! The importer against all of Twilio's specifications; skipped where they are not at hand.

use std::{
    collections::BTreeSet,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
};

use regex::Regex;
use ringback::names;
use serde_json::Value;

use super::{count, overlay, page, pages, render, rows, spec, spelling};

/// The folder of Twilio's OpenAPI files, if it is at hand.
fn specifications() -> Option<PathBuf> {
    let beside = || root().join("../shared/twilio-oai");
    let dir = env::var_os("RINGBACK_OPENAPI").map_or_else(beside, PathBuf::from);
    if !dir.is_dir() {
        let skipped = "skipped: Twilio's OpenAPI files are not here; RINGBACK_OPENAPI names their folder";
        let _ = writeln!(std::io::stderr(), "{skipped}"); // also seen when the test passes
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

/// The pages of these specifications with what an overlay of this text adds, or its complaint.
fn overlaid(names: &[&str], text: &str) -> Option<Result<Vec<rows::Page>, String>> {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut pages = pages(&specifications()?, &names).unwrap();
    Some(overlay::put("a.rows", text, &mut pages).map(|()| pages))
}

#[test]
fn the_overlay_adds_to_what_the_specifications_say() {
    let Some(dir) = specifications() else { return };
    let mut pages = pages(&dir, &spec::files(&dir).unwrap()).unwrap();
    let of_files = count(&pages);
    overlay::apply(&root().join(super::OVERLAY), &mut pages).unwrap();
    let added = count(&pages).beyond(&of_files);
    assert!(added.pages > 0 && added.operations > added.resources && added.models > 0, "{added}");
    assert!(pages.is_sorted_by_key(rows::Page::name));
    for page in &pages {
        assert!(page.operations.is_sorted_by_key(|row| row.name.clone()), "{}", page.name());
        for row in &page.operations {
            let start = format!("/{}/", page.segment);
            assert!(row.path.starts_with(&start), "{} goes to {}", row.name, row.path);
            assert!(page.resources.iter().any(|resource| resource.name == row.resource), "{}", row.name);
        }
    }
}

#[test]
fn an_overlay_changes_known_rows_in_their_place() {
    let text = "
        change version verify.v2
        change operation services.verifications.create # a comment
            form Later Text list after To
            optional To";
    let Some(pages) = overlaid(&["verify_v2"], text) else { return };
    let pages = pages.unwrap();
    let name = "verify.v2.services.verifications.create";
    let operation = pages[0].operations.iter().find(|row| row.name == name).unwrap();
    let at = operation.parameters.iter().position(|row| row.name == "Later").unwrap();
    assert!(operation.parameters[at].kind.list && !operation.parameters[at].required);
    assert_eq!((operation.parameters[at - 1].name.as_str(), operation.parameters[at - 1].required), ("To", false));
}

#[test]
fn an_overlay_makes_a_version_whose_rows_name_each_other() {
    let text = "
        version sample.v1 https://sample.twilio.com/v1 standard v1
        model Sample
            field parts Part list required
        model Part
            field colour Colour
        enum Colour red green
        resource samples Sample
            list_path /v1/Samples
            instance_path /v1/Samples/{sampleId}
            operation create POST list
                header Idempotency-Key Text
                body Sample required
            inner_enum Colour
        resource samples.parts Part
            list_path /v1/Samples/{sampleId}/Parts
            property colour Colour
            operation list GET list records parts";
    let mut pages = Vec::new();
    overlay::put("a.rows", text, &mut pages).unwrap();
    let rendered = page::render(&pages[0], "a test");
    for row in [
        "standard: Standard::V1,",
        "field(\"parts\", PART_MODEL).list().required(),",
        "body(\"Sample\", SAMPLE_MODEL).required(),",
        "body: Body::Json(\"application/json\"), status: 201, repeatable: false",
        "inner_enums: &[COLOUR_ENUM],",
        "parent: Some(&SAMPLES), attach: Attach::Instance,",
        "list_parameters: &names([\"sampleId\"])",
        "records: Some(name(\"parts\"))",
    ] {
        assert!(rendered.contains(row), "{row} is not in {rendered}");
    }
}

#[test]
fn an_entry_that_is_unknown_or_already_there_is_named() {
    for (entry, complaint) in [
        ("change version verify.v9", "there is no verify.v9"),
        ("version verify.v2 https://verify.twilio.com/v2", "verify.v2 is already there"),
        ("change operation services.explode", "there is no verify.v2.services.explode"),
        ("change operation services.create\nform FriendlyName Text", "is already there as FriendlyName"),
        ("change operation services.create\nform friendly_name Text", "is already there as FriendlyName"),
        ("change operation services.create\nform New Sort", "Sort is no kind"),
        ("change operation services.create\nform New Text after Nothing", "there is no Nothing"),
        ("change operation services.create\nform New Text always", "always says nothing of a row"),
        ("change operation services.create\nrequired FriendlyName", "is that already"),
        ("change resource services\nproperty sid Text", "sid is already there"),
        ("change resource services\nlist_path /v2/Services", "already has this path"),
        ("change resource services\noperation create POST list", "verify.v2.services.create is already there"),
        ("resource services Service", "verify.v2.services is already there"),
        ("resource nothing.parts Part", "there is no verify.v2.nothing"),
        ("change resource services.verifications\ninner_enum VerificationChannel", "already has the enum"),
        ("change enum VerificationStatus canceled", "already has the value canceled"),
        ("enum VerificationStatus done", "already has the enum"),
        ("change model Nothing", "there is no Nothing"),
        ("field Name Text", "no model is named before"),
        ("do what I mean", "do what I mean is no row of an overlay"),
    ] {
        let text = format!("change version verify.v2\n{entry}");
        let Some(pages) = overlaid(&["verify_v2"], &text) else { return };
        let error = pages.err().unwrap_or_default();
        let line = text.lines().count();
        assert!(error.starts_with(&format!("xtask/overlay/a.rows:{line}: ")) && error.contains(complaint), "{error}");
    }
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
