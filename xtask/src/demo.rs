//! `cargo xtask demo`: the whole story against the emulator, told in every language.

use std::path::Path;

use clap::Args;

use crate::{
    shell,
    workshop::{self, Python},
};

/// Whose numbers the story is about.
#[derive(Args)]
pub(crate) struct Arguments {
    /// Only these languages: python, c, cpp, rust.
    languages: Vec<String>,
    /// The customer's number in E.164.
    #[arg(long, env = "RINGBACK_DEMO_TO", default_value = "+15551234567")]
    to: String,
    /// The shop's number in E.164.
    #[arg(long, env = "RINGBACK_DEMO_FROM", default_value = "+15557654321")]
    from: String,
}

/// A language, and how its story is built and told.
type Story = (&'static str, fn(&Path, &Arguments) -> Result<(), String>);

/// Builds what each language needs and runs its story; the first story that goes wrong ends it.
pub(crate) fn run(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let known: &[Story] = &[("python", python), ("c", c), ("cpp", cpp), ("rust", rust)];
    if let Some(wrong) = arguments.languages.iter().find(|name| !known.iter().any(|(known, _)| known == name)) {
        return Err(format!("there is no story in {wrong:?}: python, c, cpp or rust"));
    }
    for (name, tell) in known {
        if arguments.languages.is_empty() || arguments.languages.iter().any(|wanted| wanted == name) {
            shell::say(&format!("\n===== {name} ====="));
            tell(root, arguments)?;
        }
    }
    shell::say("\nthe story was told, and every step of it was as it should be");
    Ok(())
}

fn python(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let python = Python::set_up(root)?;
    python.install_wheel(root, &python, "dev")?;
    shell::run(python.tool(root, "python").arg("examples/python/story.py").args([&arguments.to, &arguments.from]))
}

fn c(root: &Path, arguments: &Arguments) -> Result<(), String> {
    native(root, arguments, &std::env::var("CC").unwrap_or_else(|_| "cc".to_owned()), "-std=c11", "examples/c/story.c")
}

fn cpp(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".to_owned());
    native(root, arguments, &compiler, "-std=c++17", "examples/cpp/story.cpp")
}

/// Compiles one file against the header and the static library, and runs it.
fn native(root: &Path, arguments: &Arguments, compiler: &str, standard: &str, source: &str) -> Result<(), String> {
    workshop::compilers()?;
    shell::run(&mut shell::cargo(root, &["build", "--quiet", "--package", "ringback-c"]))?;
    let target = workshop::target(root);
    let program =
        target.join(Path::new(source).with_extension("").file_name().map_or("story".into(), |name| {
            format!("{}-{}", name.to_string_lossy(), standard.trim_start_matches("-std="))
        }));
    let mut compile = shell::command(root, compiler, &[standard, "-Wall", "-Wextra", "-Werror", "-Iinclude", source]);
    compile.arg(target.join("debug").join(LIBRARY)).args(["-lpthread", "-ldl", "-lm", "-o"]).arg(&program);
    shell::run(&mut compile)?;
    shell::run(shell::command(root, &program, &[]).args([&arguments.to, &arguments.from]))
}

/// The static library of the C interface, as cargo names it.
const LIBRARY: &str = "libringback_c.a";

fn rust(root: &Path, arguments: &Arguments) -> Result<(), String> {
    let story = ["run", "--quiet", "--package", "ringback-examples", "--bin", "story", "--"];
    shell::run(shell::cargo(root, &story).args([&arguments.to, &arguments.from]))
}
