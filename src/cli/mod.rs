//! The command line.

mod accounts;
mod backups;
mod banner;
mod copy;
mod directory;
mod licenses;
mod logging;
mod portals;
mod serve;

use clap::{Args, Parser, Subcommand};
use services88::clock::Clock;
use services88::config::{ConfigError, Loaded, Sources};
use services88::contract::{RESOURCES, SERVICES};
use services88::fault::Fault;
use services88::format::{handbook, openapi, sample, wsdl};
use services88::service::{ADMINISTRATOR, Installation, OpenError};
use std::error::Error;
use std::fmt::Display;
use std::io::Write;
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
    /// Manage users.
    #[command(subcommand)]
    User(User),
    /// Manage the applications that may call in mode online.
    #[command(subcommand)]
    AppToken(AppToken),
    /// Manage the small directory that users are chosen from, unless the settings name another.
    #[command(subcommand)]
    Directory(Directory),
    /// Manage how many licences there are for users.
    #[command(subcommand)]
    License(License),
    /// Say what passwords have to be like.
    #[command(subcommand)]
    PasswordRules(PasswordRules),
    /// Manage portals, where agents of agencies register themselves.
    #[command(subcommand)]
    Portal(Portal),
    /// Manage the agencies in portals.
    #[command(subcommand)]
    Agency(Agency),
    /// Make tickets, which stand for a user who has logged in.
    #[command(subcommand)]
    Ticket(Ticket),
    /// Copy the database to a file, while servers use it.
    Backup(Backup),
    /// Put a backup into a data folder without a database.
    Restore(Restore),
    /// Copy an installation from a data folder to a database server, or back. The same command goes
    /// on with a copy that was broken off.
    Copy(Copy),
    /// Write the WSDL documents.
    Wsdl(OutArgs),
    /// Write a sample request and response of every operation.
    Fixtures(OutArgs),
    /// Write the table of operations, and the OpenAPI document.
    Docs(OutArgs),
}

#[derive(Subcommand)]
enum User {
    /// Add an internal user. Without --password-stdin a password is generated and printed.
    Add {
        /// Log-on name.
        name: String,
        /// Name of the role, in place of the one for everyday work.
        #[arg(long)]
        role: Option<String>,
        /// Make the user an administrator of everything.
        #[arg(long, conflicts_with = "role")]
        administrator: bool,
        #[command(flatten)]
        secret: Secret,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// List the users: id, name, role and state.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Give a user another password, and end the user's sessions.
    Passwd {
        /// Log-on name.
        name: String,
        #[command(flatten)]
        secret: Secret,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

/// Where a password comes from: never the command line, which others on the machine can see.
#[derive(Args)]
struct Secret {
    /// Read the password from the first line of standard input.
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Subcommand)]
enum AppToken {
    /// Register an application and print its token, which cannot be shown again.
    Add {
        /// Name of the application.
        name: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// List the applications.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// End the token of an application.
    Revoke {
        /// Name of the application.
        name: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Subcommand)]
enum Directory {
    /// Add people, or replace those who are there already.
    Import {
        /// Text in UTF-8, - for standard input. A line for everybody: SID, account name, first
        /// name, last name, e-mail address, and any number of groups, with tabs between.
        file: PathBuf,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// List the people in the form that import reads.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Remove somebody. A user who was chosen earlier stays.
    Remove {
        /// SID.
        value: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Subcommand)]
enum License {
    /// List the licences: name, how many are held, and how many there are.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Set how many there are of a licence. Nobody loses one who has it.
    Set {
        name: String,
        /// A number, or unlimited.
        total: licenses::Total,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Subcommand)]
enum PasswordRules {
    /// Print the rules: how many characters of each kind a password needs.
    Show {
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Change rules, for passwords that are set from now on; those left out stay.
    Set {
        #[command(flatten)]
        numbers: RuleArgs,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

/// How many characters of each kind a password needs.
#[derive(Args)]
#[group(required = true, multiple = true)]
struct RuleArgs {
    /// Characters in all.
    #[arg(long, value_name = "N")]
    minimum: Option<u8>,
    /// Digits.
    #[arg(long, value_name = "N")]
    digits: Option<u8>,
    /// Small letters.
    #[arg(long, value_name = "N")]
    lower: Option<u8>,
    /// Capital letters.
    #[arg(long, value_name = "N")]
    upper: Option<u8>,
    /// Characters that are neither letters nor digits.
    #[arg(long, value_name = "N")]
    special: Option<u8>,
}

#[derive(Subcommand)]
enum Portal {
    /// Add a portal and print its unique identifier.
    Add {
        name: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// List the portals: unique identifier and name.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Subcommand)]
enum Agency {
    /// Add an agency to a portal and print its key, which cannot be shown again.
    Add {
        name: String,
        /// Unique identifier of the portal.
        #[arg(long, value_name = "UID")]
        portal: String,
        /// Number of the company that its agents belong to, in place of a new one of that name.
        #[arg(long, value_name = "ID")]
        company: Option<i32>,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// Print a new key for an agency; the one it had is no good any more.
    NewKey {
        name: String,
        /// Unique identifier of the portal.
        #[arg(long, value_name = "UID")]
        portal: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
    /// List the agencies: portal, name and company.
    List {
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Subcommand)]
enum Ticket {
    /// Print a new ticket of a user.
    New {
        /// Log-on name.
        #[arg(long, value_name = "NAME")]
        user: String,
        #[command(flatten)]
        place: PlaceArgs,
    },
}

#[derive(Args)]
struct Backup {
    /// The file. It appears when it is complete, checked, and on disk. The keys of secrets and the
    /// settings are not in it.
    file: PathBuf,
    /// Replace the file if there is one.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Args)]
struct Restore {
    /// A backup, or a database that was copied while nobody used it.
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

#[derive(Args)]
struct Copy {
    /// What is copied: a data folder, or postgres://USER@HOST/DATABASE. Stop its servers first: what
    /// they store after the copy has begun is not in it. Without this it is the installation of the
    /// settings.
    #[arg(long, value_name = "PLACE", required_unless_present = "to")]
    from: Option<String>,
    /// Where it goes: a data folder without a database, or an empty database on a server. Without
    /// this it is where the settings have the installation: with a password in the address, use
    /// SERVICES88_DATABASE, which others on the machine cannot see.
    #[arg(long, value_name = "PLACE")]
    to: Option<String>,
    /// Begin anew where a copy was broken off.
    #[arg(long)]
    restart: bool,
    /// Settings file.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
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
    /// Address of the database, in place of a file in the folder: postgres://USER@HOST/DATABASE.
    /// With a password, use SERVICES88_DATABASE, which others on the machine cannot see.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
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

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        // Whoever has this command line may know the cause.
        let mut reason = fault.to_string();
        let mut cause = fault.source();
        while let Some(error) = cause {
            reason += &format!(": {error}");
            cause = error.source();
        }
        Self::Other(reason)
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
        Command::User(command) => accounts::user(command),
        Command::AppToken(command) => accounts::app_token(command),
        Command::Directory(command) => directory::directory(command),
        Command::License(command) => licenses::license(command),
        Command::PasswordRules(command) => directory::password_rules(command),
        Command::Portal(command) => portals::portal(command),
        Command::Agency(command) => portals::agency(command),
        Command::Ticket(command) => accounts::ticket(command),
        Command::Backup(command) => backups::backup(&command),
        Command::Restore(command) => backups::restore(&command),
        Command::Copy(command) => copy::copy(&command),
        Command::Wsdl(args) => {
            let folder = args.out.unwrap_or_else(|| "wsdl".into());
            wsdl::write_all(&folder, SERVICES).map_err(|error| cannot_write(&folder, error))
        }
        Command::Fixtures(args) => {
            let folder = args.out.unwrap_or_else(|| "fixtures".into());
            sample::write_all(&folder, SERVICES).map_err(|error| cannot_write(&folder, error))
        }
        Command::Docs(args) => {
            let folder = args.out.unwrap_or_else(|| "docs".into());
            handbook::write_all(&folder, SERVICES, RESOURCES)
                .and_then(|()| openapi::write_all(&folder))
                .map_err(|error| cannot_write(&folder, error))
        }
    };
    let (reason, code) = match result {
        Ok(()) => return ExitCode::SUCCESS,
        Err(Failure::Config(error)) => (error.to_string(), 2),
        Err(Failure::Other(reason)) => (reason, 1),
    };
    // Standard error may be on a full disk; the code tells, too.
    let _ = writeln!(std::io::stderr(), "services88: {reason}");
    ExitCode::from(code)
}

fn cannot_write(folder: &std::path::Path, error: std::io::Error) -> Failure {
    Failure::other(&format!("cannot write into {}", folder.display()), error)
}

impl PlaceArgs {
    /// Loads the settings, with further flags on top.
    fn load(&self, flags: Vec<(String, String)>) -> Result<Loaded, ConfigError> {
        let data = self.data.clone().map(|data| ("data".to_owned(), data));
        let database = self.database.clone().map(|it| ("database".to_owned(), it));
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect();
        Sources {
            file: self.config.clone(),
            environment,
            flags: flags.into_iter().chain(data).chain(database).collect(),
        }
        .load()
    }
}

/// Opens the installation beside a server that may be running. A new one is made where there is
/// none; then its generated password goes to standard error, since results alone go to standard
/// output.
fn open(place: &PlaceArgs) -> Result<Installation, Failure> {
    let settings = place.load(Vec::new())?.settings;
    let opened = Installation::open(&settings, Clock::default(), password().as_deref())?;
    if let Some(password) = opened.generated_password {
        let place = opened.place;
        eprintln!("made a new database in {place}: user {ADMINISTRATOR}, password {password}");
    }
    Ok(opened.installation)
}

/// The administrator's password for a database that is yet to be made.
fn password() -> Option<String> {
    std::env::var("SERVICES88_ADMIN_PASSWORD").ok()
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let (name, value) = text
        .split_once('=')
        .ok_or("expected NAME=VALUE, like limits.body_bytes=1048576")?;
    Ok((name.trim().to_owned(), value.trim().to_owned()))
}
