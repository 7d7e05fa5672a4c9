//! Builds programs against the library that cargo built beside this test, and runs them.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::atomic::{AtomicU32, Ordering},
};

use crate::service::Service;

/// What makes a program end when it touches memory that is not its own, leaks, or does what C leaves undefined.
pub(crate) const SANITIZERS: &[&str] =
    &["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer", "-g"];

/// The libraries of the system that the static library needs: `rustc --print native-static-libs`.
const SYSTEM_LIBRARIES: &[&str] = if cfg!(target_os = "macos") {
    &["-framework", "CoreFoundation", "-framework", "Security", "-framework", "SystemConfiguration", "-liconv"]
} else {
    &["-lpthread", "-ldl", "-lm"]
};

/// Which library a program is linked with.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Library {
    Static,
    Shared,
}

/// A program that was built.
pub(crate) struct Program {
    path: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(&'static str, String)>,
}

impl Program {
    /// Builds a program of the repository with all warnings as errors.
    pub(crate) fn build(source: &str, library: Library, flags: &[&str]) -> Self {
        Self::try_build(source, library, flags).unwrap_or_else(|refusal| panic!("{source} does not build:\n{refusal}"))
    }

    /// Builds a program, or tells what the compiler said.
    pub(crate) fn try_build(source: &str, library: Library, flags: &[&str]) -> Result<Self, String> {
        let folder = library_folder(library);
        let mut linking = vec![format!("-L{}", folder.display()), "-lringback".to_owned()];
        match library {
            Library::Static => linking.extend(SYSTEM_LIBRARIES.iter().map(|flag| (*flag).to_owned())),
            Library::Shared => linking.push(format!("-Wl,-rpath,{}", folder.display())),
        }
        linking.extend(["-lpthread".to_owned(), "-lm".to_owned()]);
        compile(source, &format!("{library:?}"), flags, &linking)
    }

    /// Builds a program that does not know the library.
    pub(crate) fn build_alone(source: &str) -> Self {
        Self::build_with(source, &[])
    }

    /// Builds a program with nothing but these flags.
    pub(crate) fn build_with(source: &str, flags: &[String]) -> Self {
        compile(source, "Alone", &[], flags).unwrap_or_else(|refusal| panic!("{source} does not build:\n{refusal}"))
    }

    /// The same program with one more argument.
    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_str().unwrap().to_owned());
        self
    }

    /// The same program as a client of a service.
    pub(crate) fn client_of(mut self, service: &Service) -> Self {
        self.variables = vec![
            ("RINGBACK_BASE_URL", service.url()),
            ("TWILIO_ACCOUNT_SID", "AC00000000000000000000000000000000".to_owned()),
            ("TWILIO_AUTH_TOKEN", "token".to_owned()),
        ];
        self
    }

    /// Runs the program, which must say that all is well.
    pub(crate) fn succeeds(&self) {
        let output = self.output();
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {}\n{said}{complained}", self.path.display(), output.status);
        assert!(said.starts_with("ok"), "{} said {said:?}", self.path.display());
    }

    /// Runs the program in an environment that knows nothing of Twilio.
    pub(crate) fn output(&self) -> Output {
        self.with_arguments(&[])
    }

    /// Runs the program with more arguments.
    pub(crate) fn with_arguments(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(&self.path);
        for (name, _) in std::env::vars_os() {
            let known = name.to_string_lossy();
            if known.starts_with("TWILIO_") || known.starts_with("RINGBACK_") || known.to_lowercase().ends_with("proxy")
            {
                command.env_remove(&name);
            }
        }
        command.args(&self.arguments).args(arguments).envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.output().unwrap_or_else(|error| panic!("{} does not run: {error}", self.path.display()))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path); // a static debug build is a hundred megabytes
    }
}

fn compile(source: &str, variant: &str, flags: &[&str], linking: &[String]) -> Result<Program, String> {
    let path = scratch("programs").join(unique(&format!("{}-{variant}", source.replace(['/', '.'], "-"))));
    let is_cpp = source.ends_with(".cpp");
    let (variable, compiler, standard) = if is_cpp { ("CXX", "c++", "-std=c++17") } else { ("CC", "cc", "-std=c11") };
    let mut command = Command::new(std::env::var_os(variable).unwrap_or_else(|| compiler.into()));
    command.args([standard, "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"]).args(flags);
    command.arg("-I").arg(root().join("include")).arg(root().join(source)).arg("-o").arg(&path).args(linking);
    let output = command.output().map_err(|error| format!("{compiler}: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(Program { path, arguments: Vec::new(), variables: Vec::new() })
}

/// A folder that holds the library under the name by which programs link it.
pub(crate) fn library_folder(library: Library) -> PathBuf {
    let (folder, links): (_, &[(&str, &str)]) = match library {
        Library::Static => ("static", &[("libringback.a", "libringback_c.a")]),
        Library::Shared if cfg!(target_os = "macos") => {
            ("shared", &[("libringback.dylib", "libringback_c.dylib"), ("libringback.0.dylib", "libringback_c.dylib")])
        }
        Library::Shared => {
            ("shared", &[("libringback.so", "libringback_c.so"), ("libringback.so.0", "libringback_c.so")])
        }
    };
    let folder = scratch(folder);
    // cargo puts every type of the library beside the test that it builds it for
    let built = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    for (name, file) in links {
        let fresh = folder.join(unique(name));
        symlink(built.join(file), &fresh).unwrap();
        fs::rename(&fresh, folder.join(name)).unwrap(); // at once, since tests run side by side
    }
    folder
}

/// A folder for what tests make.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("ringback-c").join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A name that no other test uses.
pub(crate) fn unique(name: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    format!("{name}-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The folder of the repository.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
