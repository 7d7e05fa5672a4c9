//! The library as it is installed: headers, libraries and what pkg-config reads, under one prefix.

use std::{fs, os::unix::fs::symlink, path::PathBuf, process::Command};

use crate::workbench::{Library, library_folder, root, scratch, unique};

/// Lays the shared library out under a prefix of its own.
pub(crate) fn prefix() -> PathBuf {
    let prefix = scratch("installed").join(unique("prefix"));
    fs::create_dir_all(prefix.join("lib/pkgconfig")).unwrap();
    symlink(root().join("include").canonicalize().unwrap(), prefix.join("include")).unwrap();
    for file in fs::read_dir(library_folder(Library::Shared)).unwrap() {
        let file = file.unwrap();
        symlink(file.path(), prefix.join("lib").join(file.file_name())).unwrap();
    }
    let template = fs::read_to_string(root().join("ffi-c/install/ringback.pc.in")).unwrap();
    let text = template.replace("@PREFIX@", prefix.to_str().unwrap()).replace("@VERSION@", env!("CARGO_PKG_VERSION"));
    assert!(!text.contains('@'), "{text}");
    fs::write(prefix.join("lib/pkgconfig/ringback.pc"), text).unwrap();
    prefix
}

/// The flags that pkg-config gives for the library, or nothing where there is no pkg-config.
pub(crate) fn flags(prefix: &std::path::Path) -> Option<Vec<String>> {
    let mut command = Command::new("pkg-config");
    command.env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig")).args(["--cflags", "--libs", "ringback"]);
    let output = command.output().ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(String::from_utf8(output.stdout).unwrap().split_whitespace().map(str::to_owned).collect())
}
