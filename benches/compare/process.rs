//! Programs that are measured, and the folders they work in.

use crate::bare;
use crate::client::Client;
use crate::usage::{self, Memory};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(30);

/// A data folder, on the disk that the project is on. It is removed when it is dropped.
pub struct Folder {
    folder: TempDir,
}

impl Folder {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder"),
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The same once more. Nobody may be using it.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for name in ["services88.db", "services88.key"] {
            std::fs::copy(self.path().join(name), copy.path().join(name)).expect("copied");
        }
        copy
    }
}

impl Folder {
    /// A folder with the same keys.
    pub fn copy_of_keys(&self) -> Self {
        let copy = Self::new();
        let name = "services88.key";
        std::fs::copy(self.path().join(name), copy.path().join(name)).expect("copied");
        copy
    }
}

/// The file of the database.
pub fn database(data: &Path) -> PathBuf {
    data.join("services88.db")
}

/// A new ticket of the administrator.
pub fn ticket(data: &Path) -> String {
    ticket_by(services88(&["ticket", "new", "--user", "admin"], data))
}

/// The same where the database is on a server.
pub fn ticket_of_node(data: &Path, database: &str) -> String {
    let mut command = services88(&["ticket", "new", "--user", "admin"], data);
    command.env("SERVICES88_DATABASE", database);
    ticket_by(command)
}

fn ticket_by(mut command: Command) -> String {
    let made = command.output().expect("the program");
    assert!(made.status.success(), "{made:?}");
    let ticket = String::from_utf8(made.stdout).expect("text");
    ticket.trim().to_owned()
}

fn services88(subcommand: &[&str], data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_services88"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("SERVICES88_") {
            command.env_remove(name);
        }
    }
    command.args(subcommand).arg("--data").arg(data);
    command
}

/// A running server. It is ended when it is dropped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    /// The program on a data folder, as it is by default, with its log in that folder.
    pub fn services88(data: &Path) -> Self {
        Self::with(data, &[])
    }

    /// The same with settings, like `limits.connections=11000`.
    pub fn with(data: &Path, settings: &[&str]) -> Self {
        let mut command = services88(&["serve", "--listen", "127.0.0.1:0"], data);
        for setting in settings {
            command.args(["--set", setting]);
        }
        command.stderr(File::create(data.join("bench.log")).expect("a log"));
        Self::that_tells(command)
    }

    /// The program over a database on a server.
    pub fn node(data: &Path, database: &str) -> Self {
        let mut command = services88(&["serve", "--listen", "127.0.0.1:0"], data);
        command
            .env("SERVICES88_DATABASE", database)
            .stderr(File::create(data.join("bench.log")).expect("a log"));
        Self::that_tells(command)
    }

    /// One that does nothing but HTTP.
    pub fn bare() -> Self {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(bare::MODE);
        Self::that_tells(command)
    }

    /// One that prints its address when it is ready.
    fn that_tells(mut command: Command) -> Self {
        let process = command.stdout(Stdio::piped()).spawn();
        let mut process = process.expect("the program");
        let out = BufReader::new(process.stdout.take().expect("its output"));
        let address = out.lines().find_map(|line| {
            let line = line.expect("a line");
            let (_, address) = line.split_once("listens on http://")?;
            address.trim().parse().ok()
        });
        Self {
            process,
            address: address.expect("it listens"),
        }
    }

    /// One that is told its port by its last argument; nothing, if it does not listen in time.
    pub fn on_port(mut command: Command, log: &Path) -> Option<Self> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        let address = free.local_addr().expect("an address");
        drop(free);
        let log = File::create(log).expect("a log");
        command
            .arg(address.port().to_string())
            .stdout(log.try_clone().expect("a log"))
            .stderr(log);
        let process = command.spawn().ok()?;
        let mut server = Self { process, address };
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && matches!(server.process.try_wait(), Ok(None)) {
            if TcpStream::connect(address).is_ok() {
                return Some(server);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        None
    }

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }

    /// Time of the processors that it has taken so far.
    pub fn cpu(&self) -> Duration {
        usage::cpu(self.process.id())
    }

    pub fn memory(&self) -> Memory {
        usage::memory(self.process.id())
    }
}

/// Asks for as many file handles as this process and the servers that it starts may have. Each
/// connection takes one.
pub fn raise_file_limit(connections: u32) {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
    let most = limit.maximum.unwrap_or(u64::MAX);
    if most < u64::from(connections) + 1_000 {
        eprintln!("The system gives {most} file handles, which is too few for all connections.");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for process in usage::family(self.process.id()) {
            let id = process.id.to_string();
            // It may have ended by itself.
            let mut kill = Command::new("kill");
            let _ = kill.args(["-TERM", &id]).stderr(Stdio::null()).status();
        }
        let _ = self.process.wait();
    }
}
