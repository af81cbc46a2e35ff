//! The project as it was at a revision, brought by `git` into a folder that goes away again.
//!
//! Git is asked for the project's `.seg` files and every `segma.toml`, which mark projects further down; nothing in the repository is touched, and a
//! revision is never taken for an option.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use segma::model::config::FILE_NAME;

use super::Failure;
use super::project::find;

/// A project's texts at a revision.
pub struct CheckedOut {
    folder: tempfile::TempDir,
}

impl CheckedOut {
    /// Its folder.
    pub fn project(&self) -> PathBuf {
        self.folder.path().to_owned()
    }
}

/// Writes the project's texts at a revision into a folder of their own.
pub fn check_out(folder: Option<&Path>, revision: &str) -> Result<CheckedOut, Failure> {
    let project = find(folder)?;
    if revision.is_empty() || revision.starts_with('-') {
        return Err(Failure::new(format!("`{revision}` is no revision")).help("name a commit, a branch or a tag"));
    }
    let commit =
        git(&project, ["rev-parse", "--verify", "--quiet", "--end-of-options", &format!("{revision}^{{commit}}")])
            .map_err(|cause| cause.unwrap_or_else(|| unknown(&project, revision)))?;
    let commit = String::from_utf8_lossy(&commit).trim().to_owned();
    let listed = git(&project, ["ls-tree", "-r", "-z", "--name-only", &commit, "--", "."])
        .map_err(|c| c.unwrap_or_else(|| no_revision(revision)))?;
    let folder = tempfile::tempdir().map_err(|error| Failure::new(format!("no folder for `{revision}`: {error}")))?;
    let names = listed.split(|byte| *byte == 0).filter_map(|name| std::str::from_utf8(name).ok());
    let mut any = false;
    let part = |name: &&str| name.rsplit('/').next() == Some(FILE_NAME) || name.ends_with(".seg");
    for name in names.filter(|name| part(name) && !hidden(name)) {
        any |= name == FILE_NAME;
        let bytes = git(&project, ["cat-file", "blob", &format!("{commit}:./{name}")])
            .map_err(|c| c.unwrap_or_else(|| no_revision(revision)))?;
        write(folder.path(), name, &bytes)?;
    }
    if !any {
        return Err(Failure::new(format!("`{revision}` holds no {FILE_NAME} in this folder"))
            .help("the project was not there yet, or lay elsewhere: name a revision that has it in this folder"));
    }
    Ok(CheckedOut { folder })
}

fn hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.'))
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let place = folder.join(name);
    let written = place.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&place, bytes));
    written.map_err(|error| Failure::new(format!("`{name}` cannot be written for comparing: {error}")))
}

/// Why git does not know a revision: nothing is committed yet, or only the latest commits were fetched.
fn unknown(project: &Path, revision: &str) -> Failure {
    if git(project, ["rev-parse", "--verify", "--quiet", "HEAD"]).is_err() {
        return Failure::new("nothing is committed here yet, so there is nothing to compare with")
            .help("commit the project once, and compare later edits with that");
    }
    let shallow = git(project, ["rev-parse", "--is-shallow-repository"]);
    if shallow.is_ok_and(|said| said.starts_with(b"true")) {
        return Failure::new(format!(
            "git knows no revision `{revision}` here, where only the latest commits were fetched"
        ))
        .help("fetch the rest with `git fetch --unshallow`, or that revision alone");
    }
    no_revision(revision)
}

fn no_revision(revision: &str) -> Failure {
    Failure::new(format!("git knows no revision `{revision}` here"))
        .help("name a commit, a branch or a tag, or fetch it first")
}

/// What git prints; `Err(None)` where it says no, `Err(Some(…))` where it cannot be run here at all.
fn git<const N: usize>(project: &Path, arguments: [&str; N]) -> Result<Vec<u8>, Option<Failure>> {
    let output = Command::new("git").current_dir(project).args(arguments.map(OsStr::new)).output();
    let output = output.map_err(|error| {
        Some(Failure::new(format!("git cannot be run: {error}")).help("`segma diff` reads revisions through git"))
    })?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = String::from_utf8_lossy(&output.stderr);
    if said.contains("not a git repository") {
        return Err(Some(
            Failure::new("this project lies in no git repository").help("`segma diff` reads revisions through git"),
        ));
    }
    if said.contains("dubious ownership") {
        return Err(Some(Failure::new(format!("git refuses this repository: {}", said.lines().next().unwrap_or("")))));
    }
    Err(None)
}
