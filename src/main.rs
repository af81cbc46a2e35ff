//! The command `segma`. Everything that touches disks, clocks, terminals or the environment lives here and in `cli`.

mod cli;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

/// Conditions may be as long as a file may be, and what walks over them calls itself: address space, not memory.
const STACK: usize = 512 << 20;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| cli::report_panic(&panic.to_string())));
    // A pool that exists already has its own stacks; nothing else is lost.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK).build_global();
    let run = || catch_unwind(AssertUnwindSafe(cli::run)).unwrap_or(cli::Exit::Internal);
    match std::thread::Builder::new().stack_size(STACK).spawn(run) {
        Ok(thread) => thread.join().unwrap_or(cli::Exit::Internal).into(),
        Err(_) => run().into(),
    }
}
