//! A way to the database that can be cut, blocked and slowed down.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;
use std::time::Duration;

/// What becomes of what is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Open,
    /// Nothing is brought over until the way is open again; connections stay.
    Blocked,
    /// There are no connections.
    Cut,
    /// Each piece is on its way for this long, in both directions.
    Slow(Duration),
}

/// A program between nodes and a database.
pub struct Proxy {
    pub port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    way: Mutex<Way>,
    changed: Condvar,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    /// One that leads to a port of this machine.
    pub fn to(port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let own = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            way: Mutex::new(Way::Open),
            changed: Condvar::new(),
            open: Mutex::default(),
        });
        let all = Arc::clone(&shared);
        // It lives as long as the tests.
        thread::spawn(move || {
            for from in listener.incoming() {
                let shared = Arc::clone(&all);
                thread::spawn(move || shared.bring(from.ok()?, port));
            }
        });
        Self { port: own, shared }
    }

    pub fn address(&self) -> String {
        format!("postgres://services88@127.0.0.1:{}/postgres", self.port)
    }

    pub fn set(&self, way: Way) {
        *self.shared.way.lock().unwrap() = way;
        self.shared.changed.notify_all();
        if way == Way::Cut {
            for stream in self.shared.open.lock().unwrap().drain(..) {
                let _ = stream.shutdown(Shutdown::Both);
            }
        }
    }
}

impl Shared {
    /// Carries a connection over; both ends share its fate.
    fn bring(self: Arc<Self>, from: TcpStream, port: u16) -> Option<()> {
        let to = TcpStream::connect(SocketAddr::from(([127, 0, 0, 1], port))).ok()?;
        for stream in [&from, &to] {
            stream.set_nodelay(true).ok()?;
        }
        let ends = [from.try_clone().ok()?, to.try_clone().ok()?];
        self.open.lock().unwrap().extend(ends);
        let back = (to.try_clone().ok()?, from.try_clone().ok()?);
        let shared = Arc::clone(&self);
        thread::spawn(move || shared.pass(back.0, back.1));
        self.pass(from, to);
        Some(())
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut piece = [0; 64 * 1024];
        while let Ok(count @ 1..) = from.read(&mut piece) {
            let waiting = self.way.lock().unwrap();
            let way = self.changed.wait_while(waiting, |way| *way == Way::Blocked);
            let way = *way.unwrap();
            if let Way::Slow(time) = way {
                thread::sleep(time);
            }
            if way == Way::Cut || to.write_all(&piece[..count]).is_err() {
                break;
            }
        }
        // The end of a connection does not get over a way that is blocked either.
        let waiting = self.way.lock().unwrap();
        drop(self.changed.wait_while(waiting, |way| *way == Way::Blocked));
        for stream in [&from, &to] {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}
