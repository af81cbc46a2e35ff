//! Reading a project's folder: which files belong to it, and their bytes, trusting nothing that a file system can hold.
//!
//! Nothing outside the project's folder is ever read: a link that leads out is refused, not followed, and so is a linked folder
//! (policies that were skipped in silence would protect nobody). What is opened is compared with what was looked at, so
//! that a file swapped in between is noticed. Every cause is collected before the run is refused.

use std::fs::{self, File, Metadata};
use std::io::Read;
use std::path::{Path, PathBuf};

use segma::model::config::FILE_NAME;

use super::Failure;

/// The largest text of a project, in bytes.
pub const LARGEST_TEXT: u64 = 8 * 1024 * 1024;
/// How many files a project may have.
const MOST_FILES: usize = 100_000;
/// How many entries of folders are looked at.
const MOST_ENTRIES: usize = 1_000_000;
/// How deep folders may lie.
const DEEPEST: usize = 32;

/// A text of the project: its path from the project's folder with `/`, and its bytes.
pub struct Text {
    /// Relative path.
    pub path: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// What lies in a project's folder.
pub struct Texts {
    /// Every `.seg` file, in the order of paths.
    pub own: Vec<Text>,
    /// Folders with sources that are projects of their own, and no part of this one.
    pub projects: Vec<String>,
}

/// Every `.seg` file below the project's folder, but for hidden ones, those in `out` and those of projects further down.
pub fn texts(root: &Path, out: &Path) -> Result<Texts, Failure> {
    let mut walk = Walk { root, out, found: Vec::new(), projects: Vec::new(), causes: Vec::new(), entries: 0 };
    walk.folder(root, "", 0);
    walk.found.sort();
    walk.refuse_twins();
    let mut texts = Vec::new();
    for (path, place) in &walk.found {
        match read(root, place, LARGEST_TEXT) {
            Ok(bytes) => texts.push(Text { path: path.clone(), bytes }),
            Err(cause) => walk.causes.push(format!("`{path}` {cause}")),
        }
    }
    walk.projects.sort();
    if walk.causes.is_empty() {
        Ok(Texts { own: texts, projects: walk.projects })
    } else {
        Err(Failure { causes: walk.causes, help: None })
    }
}

/// A `.seg` file in a folder or below it, but for hidden ones: such a folder holds sources, and is no place for outputs.
pub fn source_in(folder: &Path) -> Option<PathBuf> {
    let mut open = vec![folder.to_owned()];
    let mut left = MOST_ENTRIES;
    while let Some(place) = open.pop() {
        for entry in fs::read_dir(place).into_iter().flatten().flatten() {
            left = left.checked_sub(1)?;
            let name = entry.file_name();
            if name.as_encoded_bytes().starts_with(b".") {
                continue;
            }
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                open.push(entry.path());
            } else if name.as_encoded_bytes().ends_with(b".seg") {
                return Some(entry.path());
            }
        }
    }
    None
}

/// The bytes of a regular file inside `root`, at most `largest` of them; else why not, as the end of a sentence.
pub fn read(root: &Path, place: &Path, largest: u64) -> Result<Vec<u8>, String> {
    let (file, size) = open(root, place)?;
    if size > largest {
        return Err(format!("is larger than {} MB", largest / 1024 / 1024));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(largest + 1).read_to_end(&mut bytes).map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > largest {
        return Err(format!("grew beyond {} MB while it was read", largest / 1024 / 1024));
    }
    Ok(bytes)
}

/// Opens a regular file inside `root` and says how large it is.
pub fn open(root: &Path, place: &Path) -> Result<(File, u64), String> {
    let unreadable = |error: std::io::Error| format!("cannot be read: {error}");
    let real = place.canonicalize().map_err(unreadable)?;
    if !real.starts_with(root.canonicalize().map_err(unreadable)?) {
        return Err("is a link that leads out of the project".to_owned());
    }
    let seen = fs::symlink_metadata(&real).map_err(unreadable)?;
    if !seen.is_file() {
        return Err(format!("is {}, not a file", kind(&seen)));
    }
    let file = File::open(&real).map_err(unreadable)?;
    let opened = file.metadata().map_err(unreadable)?;
    if !opened.is_file() || !same_file(&seen, &opened) {
        return Err("was replaced while it was opened".to_owned());
    }
    Ok((file, opened.len()))
}

fn kind(metadata: &Metadata) -> &'static str {
    if metadata.is_dir() { "a folder" } else { "a pipe, a device or a socket" }
}

#[cfg(unix)]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    (a.dev(), a.ino()) == (b.dev(), b.ino())
}

#[cfg(not(unix))]
fn same_file(a: &Metadata, b: &Metadata) -> bool {
    a.len() == b.len() && a.modified().ok() == b.modified().ok()
}

struct Walk<'a> {
    root: &'a Path,
    out: &'a Path,
    found: Vec<(String, PathBuf)>,
    projects: Vec<String>,
    causes: Vec<String>,
    entries: usize,
}

impl Walk<'_> {
    fn folder(&mut self, place: &Path, path: &str, depth: usize) {
        if depth > DEEPEST {
            self.causes.push(format!("`{path}` lies more than {DEEPEST} folders deep"));
            return;
        }
        let entries = match fs::read_dir(place) {
            Ok(entries) => entries,
            Err(error) => {
                let shown = if path.is_empty() { place.display().to_string() } else { path.to_owned() };
                self.causes.push(format!("the folder `{shown}` cannot be read: {error}"));
                return;
            }
        };
        for entry in entries {
            self.entries += 1;
            if self.entries > MOST_ENTRIES || self.found.len() > MOST_FILES {
                self.too_many();
                return;
            }
            match entry {
                Ok(entry) => self.entry(&entry, path, depth),
                Err(error) => self.causes.push(format!("the folder `{path}` cannot be read to its end: {error}")),
            }
        }
    }

    fn entry(&mut self, entry: &fs::DirEntry, folder: &str, depth: usize) {
        let (name, place) = (entry.file_name(), entry.path());
        if name.as_encoded_bytes().starts_with(b".") || place == self.out {
            return;
        }
        let relevant = name.as_encoded_bytes().ends_with(b".seg");
        let is_folder = fs::metadata(&place).is_ok_and(|metadata| metadata.is_dir());
        if !relevant && !is_folder {
            return;
        }
        let Some(name) = name.to_str() else {
            let shown = name.to_string_lossy().into_owned();
            self.causes.push(format!("the name of `{folder}{shown}` is not UTF-8"));
            return;
        };
        let path = format!("{folder}{name}");
        if !is_folder {
            self.found.push((path, place));
        } else if entry.file_type().is_ok_and(|kind| kind.is_symlink()) {
            self.causes
                .push(format!("the folder `{path}` is a link; what lies behind it would be skipped or read twice"));
        } else if place.join(FILE_NAME).exists() {
            if source_in(&place).is_some() {
                self.projects.push(path);
            }
        } else {
            self.folder(&place, &format!("{path}/"), depth + 1);
        }
    }

    fn too_many(&mut self) {
        let cause = format!("`{}` holds too many files for a project", self.root.display());
        if !self.causes.contains(&cause) {
            self.causes.push(cause);
        }
    }

    /// Two names of one file, or two names that some systems cannot tell apart.
    fn refuse_twins(&mut self) {
        let mut real: Vec<(PathBuf, &String)> =
            self.found.iter().filter_map(|(path, place)| Some((place.canonicalize().ok()?, path))).collect();
        real.sort();
        for pair in real.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a == b
            {
                self.causes.push(format!("`{first}` and `{second}` are one file"));
            }
        }
        let mut folded: Vec<(String, &String)> =
            self.found.iter().map(|(path, _)| (path.to_lowercase(), path)).collect();
        folded.sort();
        for pair in folded.windows(2) {
            if let [(a, first), (b, second)] = pair
                && a == b
            {
                self.causes.push(format!("`{first}` and `{second}` differ in upper and lower case only"));
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("segments/deep")).unwrap();
        fs::create_dir_all(folder.path().join("out/duckdb")).unwrap();
        for path in [
            "segments/b.seg",
            "segments/a.seg",
            "segments/deep/c.seg",
            "z.seg",
            "out/x.seg",
            ".hidden.seg",
            "segments/a.seg~",
        ] {
            fs::write(folder.path().join(path), path).unwrap();
        }
        folder
    }

    fn read_all(folder: &tempfile::TempDir) -> Result<Vec<String>, Vec<String>> {
        let texts = texts(folder.path(), &folder.path().join("out"));
        texts.map(|texts| texts.own.into_iter().map(|text| text.path).collect()).map_err(|failure| failure.causes)
    }

    #[test]
    fn files_come_in_order_without_hidden_and_emitted_ones() {
        assert_eq!(read_all(&folder()).unwrap(), ["segments/a.seg", "segments/b.seg", "segments/deep/c.seg", "z.seg"]);
    }

    #[test]
    fn a_project_further_down_is_no_part_of_this_one() {
        let folder = folder();
        fs::write(folder.path().join("segments/deep").join(FILE_NAME), "").unwrap();
        let texts = texts(folder.path(), &folder.path().join("out")).ok().unwrap();
        let paths: Vec<_> = texts.own.iter().map(|text| text.path.as_str()).collect();
        assert_eq!(paths, ["segments/a.seg", "segments/b.seg", "z.seg"]);
        assert_eq!(texts.projects, ["segments/deep"]);
    }

    #[test]
    fn links_that_leave_loop_or_double_are_refused() {
        let (inside, outside) = (folder(), folder());
        let link = |to: &Path, name: &str| {
            symlink(to, inside.path().join(name)).unwrap();
            let found = read_all(&inside);
            fs::remove_file(inside.path().join(name)).unwrap();
            found.unwrap_err().join("; ")
        };
        assert!(link(&outside.path().join("z.seg"), "l.seg").contains("leads out of the project"));
        assert!(link(Path::new("l.seg"), "l.seg").contains("cannot be read"));
        assert!(link(Path::new("gone.seg"), "l.seg").contains("cannot be read"));
        assert!(link(Path::new("z.seg"), "l.seg").contains("are one file"));
        assert!(link(outside.path(), "policy").contains("is a link"));
        assert!(link(Path::new("segments"), "policy").contains("is a link"));
    }

    #[test]
    fn what_is_no_file_or_too_large_is_refused_without_waiting() {
        let folder = folder();
        let pipe = folder.path().join("pipe.seg");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        assert_eq!(read_all(&folder).unwrap_err(), ["`pipe.seg` is a pipe, a device or a socket, not a file"]);
        fs::remove_file(pipe).unwrap();
        File::create(folder.path().join("huge.seg")).unwrap().set_len(1 << 40).unwrap();
        assert_eq!(read_all(&folder).unwrap_err(), ["`huge.seg` is larger than 8 MB"]);
    }

    #[test]
    fn names_that_cannot_be_told_apart_are_refused() {
        use std::os::unix::ffi::OsStrExt;
        let folder = folder();
        fs::write(folder.path().join("Z.seg"), "").unwrap();
        assert_eq!(read_all(&folder).unwrap_err(), ["`Z.seg` and `z.seg` differ in upper and lower case only"]);
        fs::remove_file(folder.path().join("Z.seg")).unwrap();
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(b"\xff.seg")), "").unwrap();
        assert!(read_all(&folder).unwrap_err()[0].contains("is not UTF-8"));
    }
}
