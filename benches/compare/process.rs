//! Programs that are measured, and the folders they work in.

use crate::client::Client;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

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

    pub fn database(&self) -> PathBuf {
        self.path().join("services88.db")
    }

    /// The same once more. Nobody may be using it.
    pub fn copy(&self) -> Self {
        let copy = Self::new();
        for name in ["services88.db", "services88.key"] {
            std::fs::copy(self.path().join(name), copy.path().join(name)).expect("copied");
        }
        copy
    }

    /// A new ticket of the administrator.
    pub fn ticket(&self) -> String {
        ticket(self.path())
    }
}

/// A new ticket of the administrator of an installation.
pub fn ticket(data: &Path) -> String {
    let mut command = services88(&["ticket", "new", "--user", "admin"], data);
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

/// A running server. It is asked to stop when it is dropped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    /// The program on a data folder, as it is by default, with its log in that folder.
    pub fn services88(data: &Path) -> Self {
        let log = std::fs::File::create(data.join("bench.log")).expect("a log");
        let mut process = services88(&["serve", "--listen", "127.0.0.1:0"], data)
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the program");
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

    pub fn client(&self) -> Client {
        Client::connect(self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let id = self.process.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        if !asked.is_ok_and(|asked| asked.success()) {
            let _ = self.process.kill();
        }
        let _ = self.process.wait();
    }
}
