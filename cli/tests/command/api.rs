//! `ringback api`: every operation by its name, what there is, and what it takes.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use ringback::{api, names, operation::Place};

use crate::{end, inside, ringback};

#[test]
fn any_operation_is_called_by_its_name() {
    let (code, out, error) = inside(&["api", "verify.v2.services.create", "FriendlyName=Shop", "code_length=4"]);
    assert!(code == 0 && out.contains("\"code_length\": 4"), "{out} {error}");
    let (code, _, error) = inside(&["api", "messages.crate"]);
    assert!(code == 2 && error.contains("messages.create"), "{error}");
    let (code, _, error) = inside(&["api", "messages.list", "To"]);
    assert!(code == 2 && error.contains("Name=value"), "{error}");
    let (code, _, error) = end(ringback(&["api", "messages.list"]));
    assert!(code == 2 && error.contains("TWILIO_ACCOUNT_SID"), "{error}");
}

#[test]
fn a_list_is_walked_to_its_end_one_record_a_line() {
    let program = env!("CARGO_BIN_EXE_ringback");
    let script = format!(
        "for name in a b c; do {program} api queues.create FriendlyName=$name >/dev/null || exit 9; done
         {program} api queues.list --all PageSize=2"
    );
    let (code, out, error) = end(ringback(&["emulate", "--port", "0", "--", "sh", "-c", &script]));
    let records: Vec<serde_json::Value> =
        out.lines().skip(1).map(|line| serde_json::from_str(line).expect("each line is JSON")).collect();
    let names: Vec<&str> = records.iter().map(|record| record["friendly_name"].as_str().unwrap()).collect();
    assert_eq!((code, names), (0, vec!["c", "b", "a"]), "{error}");
    let (code, _, error) = inside(&["api", "queues.create", "FriendlyName=x", "--all"]);
    assert!(code == 2 && error.contains("is not a list"), "{error}");
}

#[test]
fn a_wrong_name_is_wrong_usage_and_the_nearest_is_told() {
    for (arguments, near) in [
        (&["api", "verify.v2.service.list"][..], "verify.v2.services.list"),
        (&["api", "queues.create", "FriendlyNam=x"], "FriendlyName"),
        (&["api", "queues.crate", "--help"], "queues.create"),
        (&["api", "queues.create"], "FriendlyName is required"),
        (&["api", "queues.fetch", "Sid=QU1/Members"], "Sid holds"),
        (&["api", "queues.create", "FriendlyName=@/no/such/file"], "/no/such/file"),
        (&["api", "content.v1.contents.create", "ContentCreateRequest={"], "ContentCreateRequest takes JSON"),
    ] {
        let (code, out, error) = inside(arguments);
        assert!(code == 2 && error.contains(near), "{arguments:?}: {code} {error}");
        assert_eq!(out.lines().count(), 1, "{out}"); // the emulator's own line
    }
    let (code, _, error) = inside(&["api", "queues.fetch", "Sid=QU00000000000000000000000000000009"]);
    assert!(code == 1 && error.contains("20404"), "{code} {error}");
    assert_eq!(end(ringback(&["api"])).0, 2);
}

#[test]
fn long_values_come_from_files_and_from_the_standard_input() {
    let program = env!("CARGO_BIN_EXE_ringback");
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join(format!("body-{}.json", std::process::id()));
    std::fs::write(&file, r#"{"language": "en", "types": {"twilio/text": {"body": "from a file"}}}"#).unwrap();
    let create = format!("{program} api content.v1.contents.create");
    let script = format!("{create} ContentCreateRequest=@{}", file.display());
    let (code, out, error) = end(ringback(&["emulate", "--port", "0", "--", "sh", "-c", &script]));
    assert!(code == 0 && out.contains("from a file"), "{out} {error}");
    let script = format!("{create} content_create_request=@-");
    let mut command = ringback(&["emulate", "--port", "0", "--", "sh", "-c", &script]);
    let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
    let body = r#"{"language": "en", "types": {"twilio/text": {"body": "from a pipe"}}}"#;
    child.stdin.take().unwrap().write_all(body.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("from a pipe"));
    let (_, out, _) = inside(&["api", "queues.create", "FriendlyName=@@home"]);
    assert!(out.contains("\"friendly_name\": \"@home\""), "{out}");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn all_names_are_listed_one_a_line() {
    let (code, out, _) = end(ringback(&["api", "--list"]));
    let names: Vec<&str> = out.lines().map(|line| line.split('\t').next().unwrap()).collect();
    assert_eq!((code, names), (0, api::all().map(|row| row.name).collect()));
    assert!(out.lines().any(|line| line == "api.v2010.accounts.messages.create\tmessages.create"));
    for prefix in ["messages.me", "api.v2010.accounts.messages.me"] {
        let (_, out, _) = end(ringback(&["api", "--list", prefix]));
        assert_eq!(out.lines().count(), 3, "{out}");
    }
}

#[test]
fn help_tells_what_every_kind_of_operation_takes_and_sends_nothing() {
    for name in [
        "messages.create",
        "messages.list",
        "content.v1.contents.create",
        "lookups.v1.phone_numbers.fetch",
        "studio.v2.flows.update",
        "sync.v1.services.documents.update",
        "preview_iam.versionless.organization.users.create",
        "accounts.v1.safelist.delete",
    ] {
        let row = api::find(name).unwrap();
        // without settings nothing could be sent
        let (code, out, error) = end(ringback(&["api", name, "--help"]));
        assert_eq!(code, 0, "{error}");
        let first = format!("{} https://{}.twilio.com{}", row.method.as_str(), row.product(), row.path);
        assert_eq!(out.lines().nth(1), Some(first.as_str()));
        for parameter in row.parameters {
            let line = out.lines().find(|line| line.split_whitespace().next() == Some(&parameter.name));
            let line = line.unwrap_or_else(|| panic!("{name} --help says nothing of {}:\n{out}", parameter.name));
            assert!(line.contains(&names::parameter(&parameter.name)), "{line}");
            assert_eq!(line.contains(", required"), parameter.required, "{line}");
            for value in row.enum_of(parameter.kind).map(|known| known.values).unwrap_or_default() {
                assert!(line.contains(value.as_str()), "{line}");
            }
            if let (Place::Body, Some(model)) = (parameter.place, row.model_of(parameter.kind)) {
                assert!(model.fields.iter().all(|field| out.contains(field.key.as_str())), "{out}");
            }
        }
    }
}

#[test]
fn help_on_the_command_itself_is_there_with_and_without_settings() {
    let (code, out, _) = end(ringback(&["api", "--help"]));
    assert!(code == 0 && out.contains("KEY=@FILE") && out.contains("--list"), "{out}");
    let version = Command::new(env!("CARGO_BIN_EXE_ringback")).arg("--version").output().unwrap();
    assert!(version.status.success());
}
