//! Nodes at a database on a server.

use crate::support::{Caller, PASSWORD, TestServer, services88};
use crate::wire::log_in;
use std::ops::{Deref, DerefMut};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A node with a folder of its own.
pub struct Node {
    server: TestServer,
    _folder: TempDir,
}

impl Node {
    /// One at the database with this address.
    pub fn at(address: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut command = command(&["serve", "--listen", "127.0.0.1:0"], address);
        command.arg("--data").arg(folder.path());
        Self {
            server: TestServer::run(command, folder.path()),
            _folder: folder,
        }
    }

    /// How many threads it has, and KiB of memory for itself.
    pub fn weight(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let number = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().parse().unwrap()
        };
        (number("Threads:"), number("RssAnon:"))
    }
}

impl Deref for Node {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}

impl DerefMut for Node {
    fn deref_mut(&mut self) -> &mut TestServer {
        &mut self.server
    }
}

/// The program with a subcommand, at a database, with the keys that all nodes share.
pub fn command(subcommand: &[&str], address: &str) -> Command {
    let mut command = services88(subcommand);
    command.args(["--database", address]);
    command.env("SERVICES88_ADMIN_PASSWORD", PASSWORD);
    command.env("SERVICES88_KEY", "5a".repeat(32));
    command
}

/// Gives a database more licences than a test has users.
pub fn license(address: &str) {
    for license in ["user", "web"] {
        let mut command = command(&["license", "set", license, "1000000"], address);
        let done = command.stdout(Stdio::null()).status();
        assert!(done.unwrap().success());
    }
}

/// Two nodes at the database with this address, and licences for all whom they save.
pub fn two_at(address: &str) -> [Node; 2] {
    let nodes = [(); 2].map(|()| Node::at(address));
    license(address);
    nodes
}

/// The administrator, with a ticket that was got over the wire.
pub fn administrator(node: &Node) -> Caller {
    let said = log_in(node.address, "admin", PASSWORD);
    Caller::Ticket(said.done().unwrap_or_else(|| panic!("{said:?}")).to_owned())
}
