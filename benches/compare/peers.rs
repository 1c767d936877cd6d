//! Other people's SOAP stacks, each with two operations of the same WSDL, in `benches/peers`.

use crate::calls::{self, Call};
use crate::exchange::{CONNECTIONS, Installation, Measured, measured, note};
use crate::load::Traffic;
use crate::messages::{Message, Numbers};
use crate::process::Server;
use crate::results::Results;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Ours, measured once more beside them.
pub const OURS: &str = "services88, nothing stored";

/// How long each call is made before it counts; some compile what is called often.
const WARM_UP: Duration = Duration::from_secs(2);

pub struct Peers {
    ours: Installation,
    our_calls: Vec<Measured>,
    peers: Vec<Peer>,
    /// Those that could not be measured, and why.
    absent: Vec<(String, String)>,
}

struct Peer {
    name: String,
    version: String,
    server: Server,
    /// Name, request, and what the answer contains.
    calls: Vec<(&'static str, Message, &'static str)>,
}

impl Peers {
    /// Builds and starts all that can be; with `--install` also what they are built with.
    pub fn new(install: bool) -> Self {
        let ours = Installation::new();
        let user = *ours.users.first().expect("a user");
        let our_calls = calls::beside_peers(&ours.ticket, user).into();
        let mut peers = Self {
            our_calls: measured(our_calls, &ours.server, &Numbers::row()),
            ours,
            peers: Vec::new(),
            absent: Vec::new(),
        };
        for folder in folders() {
            let name = folder.file_name().unwrap_or_default();
            let name = name.to_string_lossy().into_owned();
            match Peer::start(&name, &folder, install) {
                Ok(peer) => peers.peers.push(peer),
                Err(reason) => peers.absent.push((name, reason)),
            }
        }
        peers.round(WARM_UP, &mut Results::default());
        peers
    }

    /// Their names and versions.
    pub fn present(&self) -> impl Iterator<Item = (&str, &str)> {
        let peers = self.peers.iter();
        peers.map(|peer| (peer.name.as_str(), peer.version.as_str()))
    }

    pub fn absent(&self) -> &[(String, String)] {
        &self.absent
    }

    pub fn round(&self, time: Duration, results: &mut Results) {
        let numbers = Numbers::row();
        let mut measure =
            |side: &str, work: &str, server: &Server, message: &Message, expected: &str| {
                let traffic = Traffic {
                    server,
                    message,
                    numbers: &numbers,
                    expected,
                    connections: CONNECTIONS,
                };
                note(results, side, work, &traffic.run(time));
            };
        for (index, ours) in self.our_calls.iter().enumerate() {
            let message = ours.call.message();
            measure(
                OURS,
                ours.call.name,
                &self.ours.server,
                &message,
                ours.call.expected,
            );
            for peer in &self.peers {
                let (work, message, expected) = &peer.calls[index];
                measure(&peer.name, work, &peer.server, message, expected);
            }
        }
    }
}

impl Peer {
    /// The reason, when it cannot be measured here.
    fn start(name: &str, folder: &Path, install: bool) -> Result<Self, String> {
        let mut build = Command::new(folder.join("build"));
        if install {
            build.arg("--install");
        }
        let built = build.output().map_err(|error| error.to_string())?;
        if !built.status.success() {
            let said = String::from_utf8_lossy(&built.stderr);
            return Err(said.lines().last().unwrap_or("not built").to_owned());
        }
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.log"));
        let server = Server::on_port(Command::new(folder.join("serve")), &log);
        let server = server.ok_or("does not start")?;
        let path = std::fs::read_to_string(folder.join("path")).unwrap_or_default();
        let path = match path.trim() {
            "" => "/",
            path => path,
        };
        let mut client = server.client();
        let calls = calls::of_peers().map(|call: Call| {
            let message = call.at(path);
            client.expect(&message, call.expected);
            (call.name, message, call.expected)
        });
        let version = Command::new(folder.join("version")).output();
        let version = version.map(|told| String::from_utf8_lossy(&told.stdout).trim().to_owned());
        Ok(Self {
            name: name.to_owned(),
            version: version.unwrap_or_default(),
            server,
            calls: calls.into(),
        })
    }
}

fn folders() -> Vec<PathBuf> {
    let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers");
    let entries = std::fs::read_dir(peers).into_iter().flatten().flatten();
    let folders = entries.map(|entry| entry.path());
    let mut folders: Vec<_> = folders.filter(|it| it.join("serve").is_file()).collect();
    folders.sort();
    folders
}
