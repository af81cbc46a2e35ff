//! The command `segma`. Everything that touches disks, clocks, terminals or the environment lives here and in `cli`.

mod cli;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| cli::report_panic(&panic.to_string())));
    catch_unwind(AssertUnwindSafe(cli::run)).unwrap_or(cli::Exit::Internal).into()
}
