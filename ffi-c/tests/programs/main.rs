//! The programs of tests/c, tests/cpp and examples, built as users build them and run under the sanitizers.
#![cfg(unix)]
#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod installed;
mod payload_vectors;
mod service;
mod streams;
mod texts;
mod tokens;
mod vectors;
mod workbench;

use service::Service;
use workbench::{Library, Program, SANITIZERS};

/// The library is linked into the program, as most tests do it.
const STATIC: Library = Library::Static;

#[test]
fn answers_and_errors_arrive_whole_in_c() {
    let service = Service::start(service::answer);
    Program::build("tests/c/answers.c", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn answers_and_errors_arrive_whole_in_cpp() {
    let service = Service::start(service::answer);
    Program::build("tests/cpp/answers.cpp", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn the_shared_library_does_what_the_static_one_does() {
    let service = Service::start(service::answer);
    Program::build("tests/c/answers.c", Library::Shared, SANITIZERS).client_of(&service).succeeds();
    Program::build("tests/cpp/answers.cpp", Library::Shared, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn wrong_input_becomes_an_error_that_names_it() {
    Program::build("tests/c/wrong_input.c", STATIC, SANITIZERS).succeeds();
}

#[test]
fn twiml_is_built_in_c() {
    Program::build("tests/c/twiml.c", STATIC, SANITIZERS).succeeds();
}

#[test]
fn twiml_is_read_and_checked_in_c_and_in_cpp_as_the_vectors_say() {
    let vectors = vectors::write_twiml();
    Program::build("tests/c/twiml_reading.c", STATIC, SANITIZERS).argument(&vectors).succeeds();
    Program::build("tests/cpp/twiml_reading.cpp", STATIC, SANITIZERS).succeeds();
}

#[test]
fn the_programs_of_the_page_on_twiml_run() {
    let reject = "1:27: warning: <Reject> only hangs up here";
    for (language, verbs) in [("c", "Say: Hello"), ("cpp", "Say alice")] {
        let output = program_of_the_page("twiml", language).output();
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("warning: <Reject>") && said.contains(verbs), "{said}");
        assert!(language == "cpp" || said.starts_with(reject), "{said}");
    }
}

#[test]
fn signatures_are_checked_in_c_as_the_vectors_say() {
    let vectors = vectors::write();
    Program::build("tests/c/signature.c", STATIC, SANITIZERS).argument(&vectors).succeeds();
}

#[test]
fn texts_are_cut_into_segments_in_c_as_the_vectors_say_and_in_cpp() {
    let vectors = texts::write();
    Program::build("tests/c/segments.c", STATIC, SANITIZERS).argument(&vectors).succeeds();
    Program::build("tests/cpp/segments.cpp", STATIC, SANITIZERS).succeeds();
}

#[test]
fn webhooks_are_read_in_c_and_in_cpp_as_the_vectors_say() {
    let vectors = payload_vectors::write();
    Program::build("tests/c/payload.c", STATIC, SANITIZERS).argument(&vectors).succeeds();
    Program::build("tests/cpp/payload.cpp", STATIC, SANITIZERS).succeeds();
}

#[test]
fn threads_share_a_client_in_c() {
    let service = Service::start(service::answer);
    Program::build("tests/c/threads.c", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn calls_are_told_of_in_c_and_in_cpp() {
    let service = Service::start(service::answer);
    Program::build("tests/c/observe.c", STATIC, SANITIZERS).client_of(&service).succeeds();
    Program::build("tests/cpp/observe.cpp", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn many_calls_are_made_at_once_in_c_and_in_cpp() {
    let service = Service::start(service::answer);
    Program::build("tests/c/batch.c", STATIC, SANITIZERS).client_of(&service).succeeds();
    Program::build("tests/cpp/batch.cpp", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn a_client_goes_on_in_both_processes_after_a_fork() {
    let service = Service::start(service::answer);
    Program::build("tests/c/fork.c", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn a_peer_that_hangs_up_does_not_end_the_program() {
    let service = Service::start_raw(service::hang_up);
    Program::build("tests/c/hang_up.c", STATIC, SANITIZERS).client_of(&service).succeeds();
}

#[test]
fn a_peer_that_hangs_up_ends_a_program_without_the_library() {
    use std::os::unix::process::ExitStatusExt;

    let service = Service::start_raw(service::hang_up);
    let program = Program::build_alone("tests/c/controls/raw_write.c").argument(service.port());
    let signals: Vec<_> = (0..20).map(|_| program.output().status.signal()).collect();
    assert!(signals.contains(&Some(13)), "no SIGPIPE in {signals:?}: the test above proves nothing");
}

#[test]
fn the_sanitizers_catch_a_leak() {
    let output = Program::build("tests/c/controls/leak.c", STATIC, SANITIZERS).output();
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && report.contains("detected memory leaks"), "{report}");
}

#[test]
fn the_sanitizers_catch_a_text_that_outlives_its_handle() {
    let output = Program::build("tests/c/controls/use_after_free.c", STATIC, SANITIZERS).output();
    let report = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && report.contains("heap-use-after-free"), "{report}");
}

#[test]
fn a_program_that_ignores_an_error_does_not_compile() {
    let refusal = Program::try_build("tests/c/controls/ignored_error.c", STATIC, &[]).err().unwrap();
    assert!(refusal.contains("ringback_client_new_from_env") && refusal.contains("unused"), "{refusal}");
}

#[cfg(feature = "emulator")]
#[test]
fn the_story_is_told_in_c() {
    Program::build("tests/c/story.c", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn the_story_is_told_in_cpp() {
    Program::build("tests/cpp/story.cpp", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn unknown_sends_are_reconciled_in_c() {
    Program::build("tests/c/reconcile.c", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn unknown_sends_are_reconciled_in_cpp() {
    Program::build("tests/cpp/reconcile.cpp", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn the_program_of_the_page_on_reliability_runs() {
    let output = program_of_the_page("reliability", "c").output();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.starts_with("sent: SM"), "{said}{complained}");
}

#[test]
fn the_program_of_the_page_on_texts_runs() {
    let output = program_of_the_page("text", "c").output();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.starts_with("segments: 1\n“ at byte 5\n"), "{said}");
}

#[test]
fn streams_are_read_and_answered_in_c() {
    Program::build("tests/c/streams.c", STATIC, SANITIZERS).argument(streams::write()).succeeds();
}

#[test]
fn streams_are_read_and_answered_in_cpp() {
    Program::build("tests/cpp/streams.cpp", STATIC, SANITIZERS).succeeds();
}

#[test]
fn the_program_of_the_page_on_streams_runs() {
    let output = program_of_the_page("streams", "c").output();
    let (said, complained) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains(r#""payload":"f38=""#), "{said}{complained}");
}

/// The one program in C or C++ of a page of the documentation.
fn program_of_the_page(name: &str, language: &str) -> Program {
    let page = std::fs::read_to_string(workbench::root().join(format!("docs/{name}.md"))).unwrap();
    let begin = format!("\n```{language}\n");
    let programs: Vec<_> = page.split(&begin).skip(1).map(|rest| rest.split("\n```\n").next().unwrap()).collect();
    let [program] = programs[..] else { panic!("the page has {} programs in {language}", programs.len()) };
    let source = workbench::scratch("documentation").join(format!("{name}.{language}"));
    std::fs::write(&source, format!("{program}\n")).unwrap();
    Program::build(source.to_str().unwrap(), STATIC, SANITIZERS)
}

#[test]
fn names_of_operations_are_constants_in_every_c_and_cpp() {
    Program::build("tests/c/headers.c", STATIC, &["-std=c99", "-pedantic-errors"]).succeeds();
    Program::build("tests/cpp/headers.cpp", STATIC, &["-std=c++17", "-pedantic-errors"]).succeeds();
}

#[test]
fn the_whole_table_is_walked_in_c() {
    Program::build("tests/c/table.c", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn operations_of_many_products_are_called_in_c() {
    Program::build("tests/c/products.c", STATIC, SANITIZERS).succeeds();
}

#[cfg(feature = "emulator")]
#[test]
fn the_table_is_walked_and_many_products_are_called_in_cpp() {
    Program::build("tests/cpp/products.cpp", STATIC, SANITIZERS).succeeds();
}

#[test]
fn the_examples_send_a_message() {
    let service = Service::start(service::answer);
    for example in ["examples/c/send_message.c", "examples/cpp/send_message.cpp"] {
        let program = Program::build(example, STATIC, SANITIZERS).client_of(&service);
        let output = program.with_arguments(&["+15551234567", "+15557654321", "Your order has shipped"]);
        assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), service::SID, "{example}");
        let output = program.with_arguments(&["bad", "+15557654321", "Your order has shipped"]);
        assert_eq!(output.status.code(), Some(1), "{example}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("(HTTP 400, code 21211)"), "{example}");
    }
}

#[test]
fn every_function_is_called_by_a_program_and_by_the_classes() {
    let read = |path: &str| std::fs::read_to_string(workbench::root().join(path)).unwrap();
    let folder = std::fs::read_dir(workbench::root().join("tests/c")).unwrap();
    let programs = folder.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some_and(|it| it == "c"));
    let programs: String = programs.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    let (header, classes) = (read("include/ringback.h"), read("include/ringback.hpp"));
    let functions: Vec<_> = header
        .lines()
        .filter(|line| !line.starts_with("//") && !line.starts_with(' '))
        .filter_map(|line| line.split_once('(')?.0.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("ringback_"))
        .collect();
    assert!(functions.len() > 80, "{functions:?}");
    for function in functions {
        assert!(programs.contains(&format!("{function}(")), "no program of tests/c calls {function}");
        assert!(classes.contains(function), "ringback.hpp does not use {function}");
    }
}

#[test]
fn pkg_config_finds_the_installed_library() {
    let prefix = installed::prefix();
    let Some(mut flags) = installed::flags(&prefix) else {
        return; // there is no pkg-config on this machine
    };
    flags.push(format!("-Wl,-rpath,{}", prefix.join("lib").display()));
    let service = Service::start(service::answer);
    let program = Program::build_with("examples/c/send_message.c", &flags).client_of(&service);
    let output = program.with_arguments(&["+15551234567", "+15557654321", "Your order has shipped"]);
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), service::SID);
}
