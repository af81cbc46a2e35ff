//! Texts that ship with the compiler: the policy packs of `src/privacy/packs`, in the language itself.
//!
//! They have places like any other text, so that findings can point into them, in every map alike: their ids lie above those of any
//! project. A map never lists them among its own files; a project reads those that its `segma.toml` names.

use std::sync::LazyLock;

use super::{FileId, SourceFile, line_starts};

/// A policy pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pack {
    /// The name by which `segma.toml` takes it.
    pub name: &'static str,
    /// What it holds, in one line.
    pub title: &'static str,
    /// Its version; a pack changes only together with it.
    pub version: &'static str,
    /// Where it stands, for people: no path of a project looks like it.
    pub path: &'static str,
    /// Its text.
    pub text: &'static str,
}

macro_rules! pack {
    ($name:literal, $version:literal, $title:literal) => {
        Pack {
            name: $name,
            title: $title,
            version: $version,
            path: concat!("segma:packs/", $name, ".seg"),
            text: include_str!(concat!("../privacy/packs/", $name, ".seg")),
        }
    };
}

/// Every pack, in the order in which lists show them.
pub static PACKS: &[Pack] = &[
    pack!(
        "gdpr",
        "1",
        "General Data Protection Regulation: special categories, offences, assessments, transfers, ages of consent"
    ),
    pack!("eprivacy", "1", "ePrivacy Directive: calls and registers of refusal"),
    pack!("dsa", "1", "Digital Services Act: special categories in advertising"),
    pack!("political", "1", "Regulation on political advertising: whose data may find a voter"),
    pack!("ccpa", "1", "California Consumer Privacy Act: precise places, children"),
    pack!("coppa", "1", "Children's Online Privacy Protection Rule: children's data and outside parties"),
    pack!("health", "1", "US state health-data and sensitive-data laws: Washington, Nevada, Maryland"),
    pack!("bulk", "1", "US rule on bulk sensitive data and countries of concern"),
    pack!("platform", "2", "Rules of large advertising platforms: the vulnerable, small lists"),
    pack!("words", "2", "Words in values that tell of belief, health, love, politics"),
];

/// A pack by its name, with its file.
pub fn pack(name: &str) -> Option<(FileId, &'static Pack)> {
    let index = PACKS.iter().position(|pack| pack.name == name)?;
    Some((id(index), PACKS.get(index)?))
}

/// The text behind a pack's id.
pub(super) fn file(id: FileId) -> Option<&'static SourceFile> {
    static FILES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| PACKS.iter().map(as_file).collect());
    FILES.get((u32::MAX - id.0) as usize)
}

/// The text of a pack as a file.
pub fn source(name: &str) -> Option<(FileId, &'static SourceFile)> {
    let (id, _) = pack(name)?;
    file(id).map(|file| (id, file))
}

impl FileId {
    /// Whether the text ships with the compiler: it can be read and cited, and not be changed.
    pub fn is_shipped(self) -> bool {
        file(self).is_some()
    }

    /// The pack that a text is, if it is one.
    pub fn pack(self) -> Option<&'static Pack> {
        PACKS.get((u32::MAX - self.0) as usize)
    }
}

fn id(index: usize) -> FileId {
    FileId(u32::MAX - u32::try_from(index).unwrap_or(0))
}

fn as_file(pack: &Pack) -> SourceFile {
    SourceFile {
        path: pack.path.to_owned(),
        text: pack.text.to_owned(),
        unread: false,
        line_starts: line_starts(pack.text),
    }
}
