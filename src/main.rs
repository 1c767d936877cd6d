//! The program: reads its command line and runs what the library offers.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
