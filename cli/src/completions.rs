//! `ringback completions`: the scripts by which shells ask `ringback complete`.

use crate::{arguments::Shell, exit, output};

/// Prints the script of a shell.
pub(crate) fn run(shell: Shell) -> i32 {
    output::text(match shell {
        Shell::Bash => include_str!("completions/ringback.bash"),
        Shell::Zsh => include_str!("completions/ringback.zsh"),
        Shell::Fish => include_str!("completions/ringback.fish"),
    });
    exit::SUCCESS
}
