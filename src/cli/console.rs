//! Standard output and standard error: whether they are terminals, how wide, with which colours.
//!
//! A reader that goes away (`segma rules | head`) is no error. Nothing here prints text of users unescaped: callers pass text
//! that a renderer has made.

use std::io::{IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ColorChoice;
use segma::diagnostic::terminal::Look;
use segma::diagnostic::text;

use super::Failure;

/// Columns to fill where the output is no terminal, so that what a pipe sees depends on nothing.
const PIPE_WIDTH: usize = 100;

/// The terminal, or what stands in its place.
#[derive(Debug)]
pub struct Console {
    colour: bool,
    colour_err: bool,
    unicode: bool,
    width: usize,
    live: bool,
    shown: AtomicUsize,
}

impl Console {
    /// Looks at the streams and the environment once.
    pub fn new(choice: ColorChoice) -> Self {
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        Self {
            colour: colours(choice, out),
            colour_err: colours(choice, err),
            unicode: !out || speaks_unicode(),
            width: if out { terminal_width() } else { PIPE_WIDTH },
            live: err && set("TERM").as_deref() != Some("dumb"),
            shown: AtomicUsize::new(0),
        }
    }

    /// How findings are drawn on standard output; `base` leads from the reader's folder to the project's.
    pub fn look(&self, base: &str) -> Look {
        Look { colour: self.colour, unicode: self.unicode, width: self.width.clamp(40, 140), base: base.to_owned() }
    }

    /// Writes to standard output.
    pub fn out(&self, text: &str) -> Result<(), Failure> {
        self.clear_progress();
        let mut stream = std::io::stdout().lock();
        match stream.write_all(text.as_bytes()).and_then(|()| stream.flush()) {
            Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("standard output cannot be written: {error}")))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// A remark for people on standard error; it is lost where nobody listens.
    pub fn remark(&self, text: &str) {
        self.clear_progress();
        let _ = writeln!(std::io::stderr(), "{text}");
    }

    /// Says why a command could not do its work.
    pub fn failure(&self, failure: &Failure) {
        let (red, reset) = if self.colour_err { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        failure.causes.iter().for_each(|cause| self.remark(&format!("{red}error{reset}: {}", text::line(cause))));
        if let Some(help) = &failure.help {
            self.remark(&format!("  help: {}", text::line(help)));
        }
    }

    /// Replaces the line that says how far long work has come; only where somebody watches.
    pub fn progress(&self, said: &str) {
        if !self.live {
            return;
        }
        let line: String = text::line(said).chars().take(self.width.saturating_sub(1)).collect();
        let length = line.chars().count();
        let blank = self.shown.swap(length, Ordering::Relaxed).saturating_sub(length);
        let _ = write!(std::io::stderr(), "\r{line}{}", " ".repeat(blank));
        let _ = std::io::stderr().flush();
    }

    fn clear_progress(&self) {
        let shown = self.shown.swap(0, Ordering::Relaxed);
        if shown > 0 {
            let _ = write!(std::io::stderr(), "\r{}\r", " ".repeat(shown));
        }
    }
}

fn colours(choice: ColorChoice, terminal: bool) -> bool {
    match choice {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => terminal && set("NO_COLOR").is_none() && set("TERM").as_deref() != Some("dumb"),
    }
}

fn speaks_unicode() -> bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    cfg!(windows) || locale.contains("utf-8") || locale.contains("utf8")
}

/// A variable of the environment that is set and not empty.
fn set(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(PIPE_WIDTH, |(width, _)| usize::from(width.0))
}
