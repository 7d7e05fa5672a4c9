//! `cargo xtask install PREFIX`: the C and C++ library where compilers find it.

use std::{
    env::consts::{DLL_PREFIX, DLL_SUFFIX},
    fs,
    path::Path,
};

use crate::{shell, workshop};

/// Builds the library in release and lays headers, libraries, pkg-config and CMake files out under a prefix.
pub(crate) fn run(root: &Path, prefix: &Path) -> Result<(), String> {
    shell::run(&mut shell::cargo(root, &["build", "--quiet", "--release", "--package", "ringback-c"]))?;
    fs::create_dir_all(prefix).map_err(|error| format!("{}: {error}", prefix.display()))?;
    let prefix = prefix.canonicalize().map_err(|error| format!("{}: {error}", prefix.display()))?;
    let built = workshop::target(root).join("release");
    let (headers, libraries) = (root.join("include"), prefix.join("lib"));
    for header in ["ringback.h", "ringback_operations.h", "ringback.hpp"] {
        put(&headers.join(header), &prefix.join("include").join(header))?;
    }
    put(&built.join("libringback_c.a"), &libraries.join("libringback.a"))?;
    // programs look for the name that the library says of itself, and linkers for the one without a version
    let shared = format!("{DLL_PREFIX}ringback{DLL_SUFFIX}");
    let versioned = if cfg!(target_os = "linux") { format!("{shared}.0") } else { shared.clone() };
    put(&built.join(format!("{DLL_PREFIX}ringback_c{DLL_SUFFIX}")), &libraries.join(&versioned))?;
    if versioned != shared {
        link(&versioned, &libraries.join(&shared))?;
    }
    let templates = root.join("ffi-c/install");
    fill(&templates.join("ringback.pc.in"), &libraries.join("pkgconfig/ringback.pc"), &prefix)?;
    fill(&templates.join("ringbackConfig.cmake.in"), &libraries.join("cmake/ringback/ringbackConfig.cmake"), &prefix)?;
    shell::say(&format!(
        "installed under {0}; compile with `pkg-config --cflags --libs ringback` (PKG_CONFIG_PATH={0}/lib/pkgconfig)",
        prefix.display()
    ));
    Ok(())
}

fn put(from: &Path, to: &Path) -> Result<(), String> {
    prepare(to)?;
    fs::copy(from, to).map_err(|error| format!("{} to {}: {error}", from.display(), to.display()))?;
    Ok(())
}

/// Makes the folder of a file, and takes away an earlier file: a library that runs must not be written into.
fn prepare(to: &Path) -> Result<(), String> {
    let failed = |error: std::io::Error| format!("{}: {error}", to.display());
    if let Some(directory) = to.parent() {
        fs::create_dir_all(directory).map_err(failed)?;
    }
    if to.symlink_metadata().is_ok() {
        fs::remove_file(to).map_err(failed)?;
    }
    Ok(())
}

fn link(target: &str, link: &Path) -> Result<(), String> {
    prepare(link)?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(target, link).map_err(|error| format!("{}: {error}", link.display()))?;
    Ok(())
}

fn fill(template: &Path, to: &Path, prefix: &Path) -> Result<(), String> {
    prepare(to)?;
    let text = fs::read_to_string(template).map_err(|error| format!("{}: {error}", template.display()))?;
    let text = text.replace("@PREFIX@", &prefix.display().to_string()).replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    fs::write(to, text).map_err(|error| format!("{}: {error}", to.display()))
}
