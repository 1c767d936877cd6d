//! What the program takes of the machine's memory.

use crate::calls;
use crate::exchange::{CONNECTIONS, Installation, Measured, measured};
use crate::load::Traffic;
use crate::messages::Numbers;
use crate::process::{self, Folder, Server};
use crate::results::{Results, What};
use crate::usage::Memory;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

pub const STARTED: &str = "after the start";
pub const LOADED: &str = "after load of every kind";
pub const LARGE: &str = "after a body of 4 MB";
pub const MANY_LARGE: &str = "after 32 bodies of 4 MB at a time, again and again";
/// Connections that nothing comes on.
pub const IDLE: u32 = 10_000;
pub const UNUSED: &str = "for a connection that was never used";
pub const KEPT: &str = "for a connection that is kept after a call";
/// Sides under which memory is noted, in KiB.
pub const RESIDENT: &str = "resident";
pub const ANONYMOUS: &str = "anonymous";
pub const MOST: &str = "most";
/// Bytes of a large body, just below what is taken.
const LARGE_BYTES: usize = 4_180_000;

pub fn measure(time: Duration, results: &mut Results) {
    under_load(time, results);
    large_bodies(time, results);
    idle(UNUSED, false, results);
    idle(KEPT, true, results);
}

fn under_load(time: Duration, results: &mut Results) {
    let folder = Folder::new();
    let server = Server::services88(folder.path());
    let small = calls::small(&process::ticket(folder.path()));
    server.client().expect(&small.message(), small.expected);
    note(results, STARTED, server.memory());
    drop(server);
    let loaded = Loaded::new();
    loaded.every_call(time);
    note(results, LOADED, loaded.installation.server.memory());
}

/// The program, and all calls.
struct Loaded {
    installation: Installation,
    calls: Vec<Measured>,
    numbers: Numbers,
}

impl Loaded {
    fn new() -> Self {
        let installation = Installation::new();
        let (ticket, users) = (&installation.ticket, &installation.users);
        let calls = calls::reading(ticket, users).into_iter();
        // After those that are there already.
        let numbers = Numbers::row_after(1_000);
        let calls = calls.chain(calls::saving(ticket)).collect();
        Self {
            calls: measured(calls, &installation.server, &numbers),
            installation,
            numbers,
        }
    }

    /// Each call for a while, one kind after the other.
    fn every_call(&self, time: Duration) {
        for measured in &self.calls {
            let traffic = Traffic {
                server: &self.installation.server,
                message: &measured.call.message(),
                numbers: &self.numbers,
                expected: measured.call.expected,
                connections: CONNECTIONS,
            };
            traffic.run(time);
        }
    }
}

/// Shows the memory once in a while, during load that goes on for so many minutes.
pub fn soak(minutes: u64) {
    let loaded = Loaded::new();
    let start = Instant::now();
    println!("minutes  resident MB  anonymous MB");
    loop {
        let memory = loaded.installation.server.memory();
        let passed = start.elapsed().as_secs_f64() / 60.0;
        let [resident, anonymous] = [memory.resident, memory.anonymous].map(|kib| kib / 1024.0);
        println!("{passed:>7.1}  {resident:>11.1}  {anonymous:>12.1}");
        if start.elapsed() >= Duration::from_secs(60 * minutes) {
            return;
        }
        loaded.every_call(Duration::from_secs(1));
    }
}

fn large_bodies(time: Duration, results: &mut Results) {
    let folder = Folder::new();
    let server = Server::services88(folder.path());
    let call = calls::large(&process::ticket(folder.path()), LARGE_BYTES);
    let message = call.message();
    server.client().expect(&message, call.expected);
    note(results, LARGE, server.memory());
    let end = Instant::now() + time;
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                while Instant::now() < end {
                    push(server.address, message.bytes());
                }
            });
        }
    });
    note(results, MANY_LARGE, server.memory());
}

/// Sends a request on a connection of its own, and waits for the answer, whatever it is: a server
/// that has too much to do may refuse, even before all has been sent.
fn push(address: SocketAddr, request: &[u8]) {
    let mut stream = TcpStream::connect(address).expect("a connection");
    let sent = stream.write_all(request);
    let mut answer = [0; 12];
    let read = stream.read(&mut answer);
    if sent.is_ok() && read.is_ok_and(|read| read == answer.len()) {
        let status = &answer[9..];
        assert!(matches!(status, b"200" | b"503"), "{answer:?}");
    }
}

/// Many connections at a time, with or without a call on each.
fn idle(when: &str, is_used: bool, results: &mut Results) {
    let folder = Folder::new();
    let most = format!("limits.connections={}", IDLE + 100);
    let server = Server::with(folder.path(), &[&most]);
    let call = calls::small(&process::ticket(folder.path()));
    let message = call.message();
    server.client().expect(&message, call.expected);
    let before = server.memory();
    let clients = (0..IDLE).map(|_| {
        let mut client = server.client();
        if is_used {
            client.expect(&message, call.expected);
        }
        client
    });
    let _clients: Vec<_> = clients.collect();
    // Connections are taken in the order in which they come, so this one comes last.
    server.client().expect(&message, call.expected);
    note(results, when, server.memory().since(before).of_each(IDLE));
}

fn note(results: &mut Results, when: &str, memory: Memory) {
    results.add(RESIDENT, when, What::Memory, memory.resident);
    results.add(ANONYMOUS, when, What::Memory, memory.anonymous);
    results.add(MOST, when, What::Memory, memory.most);
}
