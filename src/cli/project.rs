//! Finding a project and reading it whole: `segma.toml` first, then every `.seg` file in the order of paths.

use std::path::{Component, Path, PathBuf};

use segma::diagnostic::{Code, Diagnostic};
use segma::model::PackInForce;
use segma::model::config::{Config, FILE_NAME};
use segma::source::{FileId, SourceMap, Span};

use super::{Failure, Place, files};

/// A project as it lies on disk.
pub struct Project {
    /// Its folder.
    pub root: PathBuf,
    /// What leads from the current folder to it, for paths that people can click: empty or ending in `/`.
    pub base: String,
    /// Where its outputs go.
    pub out: PathBuf,
    /// Its texts; the first is `segma.toml`.
    pub sources: SourceMap,
    /// What `segma.toml` says.
    pub config: Config,
    /// Findings so far: about `segma.toml` and about files that are no text.
    pub findings: Vec<Diagnostic>,
}

impl Project {
    /// Finds and reads the project that the arguments name.
    pub fn read(place: &Place) -> Result<Project, Failure> {
        let shown = find(place.folder.as_deref())?;
        let root = shown
            .canonicalize()
            .map_err(|error| Failure::new(format!("`{}` cannot be read: {error}", shown.display())))?;
        let out = out_folder(place.out.as_deref(), &root)?;
        refuse_sources(&out, &root)?;
        let config_text = files::read(&root, &root.join(FILE_NAME), files::LARGEST_TEXT)
            .map_err(|cause| Failure::new(format!("`{}` {cause}", shown.join(FILE_NAME).display())))?;
        let mut project = Project {
            base: base(&shown),
            sources: SourceMap::new(),
            config: Config::fallback(SourceMap::new().add("", "")),
            findings: Vec::new(),
            root,
            out,
        };
        let file = project.add(FILE_NAME, config_text);
        let (config, findings) = Config::parse(&project.sources, file);
        project.config = config;
        project.findings.extend(findings);
        let texts = files::texts(&project.root, &project.out)?;
        for text in texts.own {
            project.add(&text.path, text.bytes);
        }
        project.findings.extend(texts.projects.iter().map(|folder| another(folder, file)));
        Ok(project)
    }

    /// The policy packs that it takes, by name and version.
    pub fn packs(&self) -> Vec<String> {
        let taken = self.config.packs.iter().filter_map(|pack| segma::source::shipped::pack(&pack.value));
        taken.map(|(_, pack)| PackInForce::of(pack).words()).collect()
    }

    /// Where outputs go, as people write it from the current folder.
    pub fn shown_out(&self) -> String {
        match self.out.strip_prefix(&self.root) {
            Ok(inside) => format!("{}{}", self.base, inside.display()),
            Err(_) => self.out.display().to_string(),
        }
    }

    /// Adds a text. What is no UTF-8 is reported and only shown.
    fn add(&mut self, path: &str, bytes: Vec<u8>) -> FileId {
        match String::from_utf8(bytes) {
            Ok(text) => self.sources.add(path, text),
            Err(error) => {
                let (bytes, valid) = (error.as_bytes(), error.utf8_error().valid_up_to());
                let shown = if is_utf16(bytes) { String::new() } else { String::from_utf8_lossy(bytes).into_owned() };
                let file = self.sources.add_unread(path, shown);
                self.findings.push(no_text(file, bytes, valid));
                file
            }
        }
    }
}

/// A folder with a project of its own: its policies bind nobody here, and somebody may believe that they do.
fn another(folder: &str, file: FileId) -> Diagnostic {
    Diagnostic::warning(
        Code("CFG-14"),
        format!("the folder `{folder}` is a project of its own, and no part of this one"),
    )
    .at(Span::new(file, 0, 0), "this project")
    .because("policies and ledgers that are declared there hold for nobody here")
    .help(format!("move it beside this project; if it belongs to this one, remove `{folder}/{FILE_NAME}`"))
}

fn no_text(file: FileId, bytes: &[u8], valid: usize) -> Diagnostic {
    let line = bytes.iter().take(valid).filter(|byte| **byte == b'\n').count() + 1;
    if is_utf16(bytes) {
        let cause = "the file is UTF-16 text, not UTF-8";
        return Diagnostic::error(Code("CFG-11"), cause).at(Span::new(file, 0, 0), "").help("save it as UTF-8");
    }
    let cause = format!("the file is not UTF-8 text: byte {valid}, in line {line}, begins no character");
    let start = u32::try_from(valid).unwrap_or(u32::MAX);
    let end = start.saturating_add(u32::try_from('\u{FFFD}'.len_utf8()).unwrap_or(0));
    Diagnostic::error(Code("CFG-11"), cause).at(Span::new(file, start, end), "no character").help("save it as UTF-8")
}

fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
}

/// The folder that was named, or the nearest one upwards that holds a `segma.toml`.
pub(super) fn find(folder: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(folder) = folder {
        let folder = if folder.ends_with(FILE_NAME) { folder.parent().unwrap_or(folder) } else { folder };
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        if folder.join(FILE_NAME).exists() {
            return Ok(folder.to_owned());
        }
        let cause = if folder.is_dir() { "holds no segma.toml" } else { "is not a folder" };
        return Err(Failure::new(format!("`{}` {cause}", folder.display()))
            .help("`segma init FOLDER` writes a small project to begin with"));
    }
    let here =
        std::env::current_dir().map_err(|error| Failure::new(format!("the current folder cannot be read: {error}")))?;
    let steps = here.ancestors().position(|above| above.join(FILE_NAME).exists());
    match steps {
        Some(0) => Ok(PathBuf::from(".")),
        Some(steps) => Ok((0..steps).map(|_| "..").collect()),
        None => Err(Failure::new("there is no segma.toml in this folder or in one above it")
            .help("name the project's folder, or write a new project with `segma init FOLDER`")),
    }
}

/// What to write before a path of the project, so that it can be opened from the current folder.
fn base(shown: &Path) -> String {
    let parts: Vec<String> = shown
        .components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("{}/", parts.join("/").replace("//", "/"))
}

/// What lies where outputs go is never read, so a segment there would be skipped in silence.
fn refuse_sources(out: &Path, root: &Path) -> Result<(), Failure> {
    let Some(source) = files::source_in(out) else { return Ok(()) };
    let shown = |path: &Path| path.strip_prefix(root).unwrap_or(path).display().to_string();
    let folder = if out == root { out.display().to_string() } else { shown(out) };
    Err(Failure::new(format!(
        "`{folder}` cannot be the folder of outputs: it holds `{}`, a source that was not written by segma",
        shown(&source)
    ))
    .help("name another folder with `--out`; what lies in it is never read as a part of the project"))
}

fn out_folder(out: Option<&Path>, root: &Path) -> Result<PathBuf, Failure> {
    let Some(out) = out else { return Ok(root.join("out")) };
    let absolute =
        std::path::absolute(out).map_err(|error| Failure::new(format!("`{}` is no path: {error}", out.display())))?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else {
        return Err(Failure::new(format!("`{}` cannot hold outputs", out.display())));
    };
    Ok(parent.canonicalize().unwrap_or_else(|_| parent.to_owned()).join(name))
}
