//! `segma completions`: what a shell needs to complete commands and options.

use clap_complete::Shell;

use super::console::Console;
use super::{Exit, Failure, command};

/// Prints completions for a shell.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  segma completions bash > ~/.local/share/bash-completion/completions/segma
  segma completions zsh > ~/.zfunc/_segma
  segma completions fish > ~/.config/fish/completions/segma.fish")]
pub struct Args {
    /// The shell.
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Prints them.
pub fn run(args: &Args, console: &Console) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "segma", &mut script);
    console.out(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Clean)
}
