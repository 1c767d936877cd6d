//! The command line.

mod banner;
mod logging;
mod serve;

use clap::{Args, Parser, Subcommand};
use services88::config::{ConfigError, Loaded, Sources};
use services88::contract::SERVICES;
use services88::format::{sample, wsdl};
use std::fmt::Display;
use std::path::PathBuf;
use std::process::ExitCode;

/// A server that speaks SuperOffice's SOAP services User.svc and SoPrincipal.svc.
#[derive(Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: ServeArgs,
}

#[derive(Subcommand)]
enum Command {
    /// Run the server. This is also what happens without any command.
    Serve(ServeArgs),
    /// Write the WSDL documents.
    Wsdl(OutArgs),
    /// Write a sample request and response of every operation.
    Fixtures(OutArgs),
}

#[derive(Args)]
struct ServeArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Address and port; port 0 takes a free one and prints it.
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// Any other setting, by its name in the settings file.
    #[arg(long, value_name = "NAME=VALUE", value_parser = name_and_value)]
    set: Vec<(String, String)>,
}

/// Which installation is meant.
#[derive(Args)]
struct PlaceArgs {
    /// Settings file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Folder of the database.
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

#[derive(Args)]
struct OutArgs {
    /// Folder to write into, in place of the one in the current directory.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

/// Why the program ends without having done its work.
enum Failure {
    /// A setting is wrong.
    Config(ConfigError),
    Other(String),
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl Failure {
    fn other(what: &str, error: impl Display) -> Self {
        Self::Other(format!("{what}: {error}"))
    }
}

/// Runs the program. Exit codes: 0 done, 1 not done, 2 a wrong command line or setting.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    let result = match cli.command.unwrap_or(Command::Serve(cli.serve)) {
        Command::Serve(args) => serve::run(&args),
        Command::Wsdl(args) => {
            let folder = args.out.unwrap_or_else(|| "wsdl".into());
            wsdl::write_all(&folder, SERVICES).map_err(|error| cannot_write(&folder, error))
        }
        Command::Fixtures(args) => {
            let folder = args.out.unwrap_or_else(|| "fixtures".into());
            sample::write_all(&folder, SERVICES).map_err(|error| cannot_write(&folder, error))
        }
    };
    let (reason, code) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Config(error)) => (error.to_string(), 2),
        Err(Failure::Other(reason)) => (reason, 1),
    };
    eprintln!("services88: {reason}");
    ExitCode::from(code)
}

fn cannot_write(folder: &std::path::Path, error: std::io::Error) -> Failure {
    Failure::other(&format!("cannot write into {}", folder.display()), error)
}

impl PlaceArgs {
    /// Loads the settings, with further flags on top.
    fn load(&self, flags: Vec<(String, String)>) -> Result<Loaded, ConfigError> {
        let data = self.data.clone().map(|data| ("data".to_owned(), data));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        Sources {
            file: self.config.clone(),
            environment,
            flags: flags.into_iter().chain(data).collect(),
        }
        .load()
    }
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("expected NAME=VALUE, like limits.body_bytes=1048576")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
