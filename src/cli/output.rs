//! Writing an output tree, all or nothing.
//!
//! The tree is written into a hidden folder beside its place, made durable, and exchanged with the old one in a single step,
//! so whoever looks sees the old tree or the new one, never a mixture and never none. What was not written by this tool is
//! never replaced: the place must be new, empty, or hold exactly what its manifest lists.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use segma::emit::Artefact;
use segma::model::config::unsafe_path;

use super::{Failure, manifest};

/// What staging folders are called before their random part.
const STAGING: &str = ".segma-staging-";
/// A staging folder that a killed run left behind is swept away after this time.
const STALE: Duration = Duration::from_secs(24 * 60 * 60);

/// Replaces the tree at `place`; a failure leaves the old one as it was.
pub fn write(place: &Path, artefacts: &[Artefact]) -> Result<(), Failure> {
    replace(place, artefacts, check_place)
}

/// Replaces the tree at `place` where `check` lets it, both before the writing and after.
pub fn replace(
    place: &Path,
    artefacts: &[Artefact],
    check: impl Fn(&Path) -> Result<(), Failure>,
) -> Result<(), Failure> {
    check_paths(artefacts)?;
    check(place)?;
    let parent = place.parent().ok_or_else(|| Failure::new(format!("`{}` cannot hold outputs", place.display())))?;
    fs::create_dir_all(parent).map_err(|error| failed(parent, &error))?;
    sweep(parent);
    let staging =
        tempfile::Builder::new().prefix(STAGING).tempdir_in(parent).map_err(|error| failed(parent, &error))?;
    let tree = staging.path().join("tree");
    fs::create_dir(&tree).map_err(|error| failed(&tree, &error))?;
    for artefact in artefacts {
        write_file(&tree, artefact)?;
    }
    sync_folders(&tree)?;
    check(place)?;
    exchange(&tree, place).map_err(|error| failed(place, &error))?;
    sync_folder(parent)
}

/// Refuses a place that holds anything this tool did not write.
pub fn check_place(place: &Path) -> Result<(), Failure> {
    let Ok(metadata) = fs::symlink_metadata(place) else { return Ok(()) };
    let refuse = |cause: &str| {
        Err(Failure::new(format!("`{}` {cause}", place.display())).help("name another folder with `--out`"))
    };
    if metadata.is_symlink() {
        return refuse("is a link, so outputs cannot go there");
    }
    if !metadata.is_dir() {
        return refuse("is not a folder, so outputs cannot go there");
    }
    let present = listing(place).map_err(|error| failed(place, &error))?;
    if present.is_empty() {
        return Ok(());
    }
    let Some(mut known) = manifest::listed(place) else {
        return refuse("holds files that were not written by segma");
    };
    known.insert(manifest::FILE_NAME.to_owned());
    match present.iter().find(|path| !known.contains(*path)) {
        Some(stranger) => refuse(&format!("holds `{stranger}`, which was not written by segma and would be lost")),
        None => Ok(()),
    }
}

/// Refuses paths that could leave the tree, hide in it, or mean one file twice.
fn check_paths(artefacts: &[Artefact]) -> Result<(), Failure> {
    let mut seen = BTreeSet::new();
    for Artefact { path, .. } in artefacts {
        let hidden = path.split('/').any(|part| part.starts_with('.'));
        let cause = unsafe_path(path).or(hidden.then_some("is hidden"));
        if let Some(cause) = cause {
            return Err(Failure::new(format!("the output path `{path}` {cause}")));
        }
        if !seen.insert(path.to_lowercase()) {
            return Err(Failure::new(format!(
                "two outputs would be written to `{path}`, if upper and lower case are one"
            ))
            .help("rename one of the two declarations"));
        }
    }
    Ok(())
}

fn write_file(tree: &Path, artefact: &Artefact) -> Result<(), Failure> {
    let place = tree.join(&artefact.path);
    let written = (|| {
        place.parent().map_or(Ok(()), fs::create_dir_all)?;
        let mut file = OpenOptions::new().write(true).create_new(true).open(&place)?;
        file.write_all(&artefact.bytes)?;
        file.sync_all()
    })();
    written.map_err(|error| failed(&place, &error))
}

/// Every file below a folder by its relative path; a link counts as a file and is not followed.
fn listing(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut found = Vec::new();
    let mut open = vec![(folder.to_owned(), String::new())];
    while let Some((place, path)) = open.pop() {
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            let name = format!("{path}{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                open.push((entry.path(), format!("{name}/")));
            } else {
                found.push(name);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn sync_folders(folder: &Path) -> Result<(), Failure> {
    let entries = fs::read_dir(folder).map_err(|error| failed(folder, &error))?;
    for entry in entries.flatten().filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())) {
        sync_folders(&entry.path())?;
    }
    sync_folder(folder)
}

fn sync_folder(folder: &Path) -> Result<(), Failure> {
    if cfg!(not(unix)) {
        return Ok(());
    }
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(|error| failed(folder, &error))
}

/// Puts the new tree in its place. Where there is an old one, both change names in one step; the old one is then inside the
/// staging folder and goes with it. Where the system cannot do that, the old one steps aside first.
fn exchange(tree: &Path, place: &Path) -> std::io::Result<()> {
    if fs::symlink_metadata(place).is_err() {
        return fs::rename(tree, place);
    }
    if swap(tree, place)? {
        return Ok(());
    }
    let aside = place.with_file_name(format!("{STAGING}old"));
    fs::rename(place, &aside)?;
    fs::rename(tree, place).inspect_err(|_| drop(fs::rename(&aside, place)))?;
    fs::remove_dir_all(aside)
}

/// Whether the two could be exchanged in one step.
#[cfg(any(target_os = "linux", target_os = "macos"))]
fn swap(a: &Path, b: &Path) -> std::io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, a, CWD, b, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn swap(_: &Path, _: &Path) -> std::io::Result<bool> {
    Ok(false)
}

/// Removes what killed runs left behind long ago; never what another run may be writing.
fn sweep(parent: &Path) {
    let stale = |entry: &fs::DirEntry| {
        let ours = entry.file_name().to_string_lossy().starts_with(STAGING);
        let changed = entry.metadata().and_then(|metadata| metadata.modified()).ok();
        ours && changed.and_then(|changed| changed.elapsed().ok()).is_some_and(|age| age > STALE)
    };
    let Ok(entries) = fs::read_dir(parent) else { return };
    let stale: Vec<PathBuf> = entries.flatten().filter(stale).map(|entry| entry.path()).collect();
    stale.iter().for_each(|place| drop(fs::remove_dir_all(place)));
}

fn failed(place: &Path, error: &std::io::Error) -> Failure {
    Failure::new(format!("`{}` cannot be written: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> Vec<Artefact> {
        let mut all: Vec<Artefact> = files
            .iter()
            .map(|(path, text)| Artefact { path: (*path).to_owned(), bytes: text.as_bytes().to_vec() })
            .collect();
        let project = segma::model::Project {
            one_person: false,
            name: "shop".to_owned(),
            timezone: "UTC".to_owned(),
            schema: "audiences".to_owned(),
            packs: Vec::new(),
        };
        all.push(manifest::of(&[], &all, (&project, ""), &[]));
        all
    }

    fn read(folder: &Path) -> Vec<(String, String)> {
        let files = listing(folder).unwrap().into_iter().filter(|path| path != manifest::FILE_NAME);
        files.map(|path| (path.clone(), fs::read_to_string(folder.join(path)).unwrap())).collect()
    }

    fn owned(files: &[(&str, &str)]) -> Vec<(String, String)> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    #[test]
    fn a_tree_is_replaced_as_a_whole_and_nothing_is_left_beside_it() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("a/out");
        write(&out, &tree(&[("duckdb/x.sql", "1"), ("old.txt", "1")])).unwrap();
        write(&out, &tree(&[("duckdb/x.sql", "2"), ("new/y.md", "2")])).unwrap();
        assert_eq!(read(&out), owned(&[("duckdb/x.sql", "2"), ("new/y.md", "2")]));
        assert_eq!(fs::read_dir(home.path().join("a")).unwrap().count(), 1);
    }

    #[test]
    fn paths_that_leave_hide_or_collide_are_refused() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("out");
        write(&out, &tree(&[("x", "1")])).unwrap();
        for path in ["../x", "/x", "a/../b", ".git/hooks/pre-commit", "a/.x", "", "a//b", "con", "a\\b", "x:y"] {
            assert!(write(&out, &tree(&[(path, "2")])).is_err(), "{path}");
        }
        assert!(write(&out, &tree(&[("a/X", "2"), ("a/x", "2")])).is_err());
        assert!(write(&out, &tree(&[("a", "2"), ("a/x", "2")])).is_err());
        assert_eq!(read(&out), owned(&[("x", "1")]));
    }

    #[test]
    fn what_somebody_else_wrote_is_never_replaced() {
        let home = tempfile::tempdir().unwrap();
        let cause = |out: &Path| write(out, &tree(&[("x", "2")])).unwrap_err().causes.join("; ");
        let foreign = home.path().join("foreign");
        fs::create_dir(&foreign).unwrap();
        fs::write(foreign.join("thesis.txt"), "years").unwrap();
        assert!(cause(&foreign).contains("not written by segma"));
        fs::write(foreign.join(manifest::FILE_NAME), "{}").unwrap();
        assert!(cause(&foreign).contains("not written by segma"));
        let ours = home.path().join("ours");
        write(&ours, &tree(&[("x", "1")])).unwrap();
        fs::write(ours.join("notes.txt"), "mine").unwrap();
        assert!(cause(&ours).contains("`notes.txt`, which was not written by segma"));
        assert_eq!(fs::read_to_string(ours.join("notes.txt")).unwrap(), "mine");
        fs::write(home.path().join("file"), "").unwrap();
        assert!(cause(&home.path().join("file")).contains("not a folder"));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_never_followed() {
        let home = tempfile::tempdir().unwrap();
        let target = home.path().join("target");
        write(&target, &tree(&[("x", "1")])).unwrap();
        std::os::unix::fs::symlink(&target, home.path().join("out")).unwrap();
        assert!(write(&home.path().join("out"), &tree(&[("x", "2")])).unwrap_err().causes[0].contains("is a link"));
        assert_eq!(read(&target), owned(&[("x", "1")]));
    }
}
