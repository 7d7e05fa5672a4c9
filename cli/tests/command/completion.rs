//! Completion in real shells: what is offered where.

use std::process::{Command, Stdio};

use crate::{end, ringback};

/// What is expected at the end of a command line: everything that is offered, or nothing.
const OFFERED: &[(&str, &[&str])] = &[
    ("ringback em", &["emulate"]),
    ("ringback completions f", &["fish"]),
    ("ringback api queues.members.f", &["queues.members.fetch"]),
    ("ringback api mes", &["messages.", "messaging."]),
    ("ringback api messages.create Sched", &["ScheduleType="]),
    ("ringback api messages.create sched", &["schedule_type="]),
    ("ringback api messages.create --a", &["--all"]),
    ("ringback api queues.members.update QueueSid=QU1 U", &["Url="]),
    ("ringback api queues.members.update Url=x U", &[]),
    ("ringback api messages.list Pag", &["PageSize="]),
    ("ringback api no.such.operation T", &[]),
    ("ringback twiml c", &["check"]),
    ("ringback twiml check --pa", &["--parameter"]),
    ("ringback nothing ", &[]),
];

#[test]
fn the_command_offers_what_may_follow() {
    for (line, offered) in OFFERED {
        let words: Vec<&str> = line.split(' ').skip(1).collect();
        let (code, out, _) = end(ringback(&[&["complete", "--"][..], &words].concat()));
        assert_eq!((code, out.lines().collect::<Vec<_>>()), (0, offered.to_vec()), "{line}");
    }
    let (_, out, _) = end(ringback(&["complete", "--", "api", "messages.create", "ScheduleType="]));
    assert_eq!(out, "ScheduleType=fixed\n");
    let (_, out, _) = end(ringback(&["complete", "--", "api", ""]));
    assert!(out.lines().count() < 100 && out.lines().any(|line| line == "verify."), "{out}");
}

/// Runs a script in a shell that loaded our completion; none if the shell is not on this machine.
fn in_shell(shell: &str, arguments: &[&str], script: &str) -> Option<String> {
    let folder = std::path::Path::new(env!("CARGO_BIN_EXE_ringback")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(shell);
    command.args(arguments).arg(script).env("PATH", path).stdin(Stdio::null());
    let output = command.output().ok()?;
    let text = |bytes| String::from_utf8(bytes).unwrap();
    assert!(output.status.success(), "{shell}: {}{}", text(output.stdout), text(output.stderr));
    Some(text(output.stdout))
}

#[test]
fn bash_completes() {
    let offered = |line: &str| {
        let script = format!(
            "source <(ringback completions bash)
             COMP_LINE='{line}'; COMP_POINT=${{#COMP_LINE}}
             _ringback ringback && printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        in_shell("bash", &["--norc", "--noprofile", "-c"], &script).unwrap()
    };
    for (line, expected) in OFFERED {
        let offered = offered(line);
        assert_eq!(
            offered.split_terminator('\n').filter(|word| !word.is_empty()).collect::<Vec<_>>(),
            *expected,
            "{line}"
        );
    }
    // bash cuts words at =, and so is given what stands behind it
    assert_eq!(offered("ringback api messages.create ScheduleType=fi"), "fixed\n");
}

#[test]
fn fish_and_zsh_complete_where_they_are_installed() {
    for (line, expected) in OFFERED {
        let script = format!("ringback completions fish | source; complete -C '{line}'");
        let Some(offered) = in_shell("fish", &["--no-config", "-c"], &script) else { break };
        assert_eq!(offered.lines().collect::<Vec<_>>(), *expected, "{line}");
    }
    let script = "autoload -U compinit; compinit -D -u; source <(ringback completions zsh); echo ${_comps[ringback]}";
    if let Some(registered) = in_shell("zsh", &["-f", "-c"], script) {
        assert_eq!(registered, "_ringback\n");
    }
}
