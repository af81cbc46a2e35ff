//! Why a finding stands and yet fails nothing: an exception that somebody approved, a release, or a baseline that buys time.
//!
//! They are told apart everywhere: an exception is somebody's judgement about one segment, a baseline is nobody's.

/// What suppresses a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// Of which kind it is.
    pub by: SuppressedBy,
    /// By whose leave, until when and why.
    pub words: String,
}

/// The kinds of what suppresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SuppressedBy {
    /// An exception to a policy.
    Exception,
    /// A release of a field from a label.
    Release,
    /// The baseline of the run.
    Baseline,
}

impl Suppression {
    /// By an exception.
    pub fn exception(words: impl Into<String>) -> Self {
        Self { by: SuppressedBy::Exception, words: words.into() }
    }

    /// By a release.
    pub fn release(words: impl Into<String>) -> Self {
        Self { by: SuppressedBy::Release, words: words.into() }
    }

    /// By a baseline.
    pub fn baseline(words: impl Into<String>) -> Self {
        Self { by: SuppressedBy::Baseline, words: words.into() }
    }
}

impl SuppressedBy {
    /// Every kind.
    pub const ALL: [SuppressedBy; 3] = [SuppressedBy::Exception, SuppressedBy::Release, SuppressedBy::Baseline];

    /// The word for it in data.
    pub fn word(self) -> &'static str {
        match self {
            SuppressedBy::Exception => "exception",
            SuppressedBy::Release => "release",
            SuppressedBy::Baseline => "baseline",
        }
    }

    /// What a finding under it is: `excepted`.
    pub fn state(self) -> &'static str {
        match self {
            SuppressedBy::Exception => "excepted",
            SuppressedBy::Release => "released",
            SuppressedBy::Baseline => "baselined",
        }
    }

    /// Where a finding under it stands: `under an exception`.
    pub fn place(self) -> &'static str {
        match self {
            SuppressedBy::Exception => "under an exception",
            SuppressedBy::Release => "under a release",
            SuppressedBy::Baseline => "in the baseline",
        }
    }
}
