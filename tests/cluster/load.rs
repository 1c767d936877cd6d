//! Callers who save, read and log in all the time, and what they were told.

use crate::support::{Caller, PASSWORD};
use crate::wire::{Said, get_user, log_in, save_user};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What a call was for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// A user with this name.
    Save(String),
    /// A user that was acknowledged, by this name.
    Get(String),
    LogIn,
}

/// A call, and what became of it.
#[derive(Clone, Debug)]
pub struct Call {
    pub node: usize,
    pub wish: Wish,
    pub sent: Instant,
    pub took: Duration,
    pub said: Said,
}

impl Call {
    pub fn is_save(&self) -> bool {
        matches!(self.wish, Wish::Save(_))
    }

    pub fn answered(&self) -> Instant {
        self.sent + self.took
    }
}

/// All that was called.
#[derive(Default)]
pub struct Calls(pub Vec<Call>);

/// Numbers that no two users of a run share.
static LAST: AtomicU64 = AtomicU64::new(0);

/// Callers of each node who log in now and then.
const LOG_INS: usize = 4;

/// How long somebody who was declined waits before the next call.
const PAUSE: Duration = Duration::from_millis(20);

/// Has callers of each node save, read and log in while something happens.
pub fn load(
    nodes: &[SocketAddr],
    callers: usize,
    caller: &Caller,
    happens: impl FnOnce(),
) -> Calls {
    let over = AtomicBool::new(false);
    let all = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for (node, address) in nodes.iter().enumerate() {
            for number in 0..callers {
                let (over, all) = (&over, &all);
                // Those of one account wait for one another, so that nobody guesses faster that way.
                let logs_in = number < LOG_INS;
                scope.spawn(move || call_all(node, *address, caller, logs_in, over, all));
            }
        }
        happens();
        over.store(true, Ordering::Relaxed);
    });
    Calls(all.into_inner().unwrap())
}

fn call_all(
    node: usize,
    address: SocketAddr,
    caller: &Caller,
    logs_in: bool,
    over: &AtomicBool,
    all: &Mutex<Vec<Call>>,
) {
    for number in 0_u64.. {
        if over.load(Ordering::Relaxed) {
            return;
        }
        let known = {
            let all = all.lock().unwrap();
            all.iter().rev().find_map(|call| match &call.wish {
                Wish::Save(name) => Some((name.clone(), call.said.done()?.to_owned())),
                _ => None,
            })
        };
        let sent = Instant::now();
        let (wish, said) = match (number % 3, known) {
            (2, _) if logs_in && number % 20 == 2 => {
                (Wish::LogIn, log_in(address, "admin", PASSWORD))
            }
            (2, Some((name, id))) => (Wish::Get(name), get_user(address, caller, &id)),
            _ => {
                let name = format!("c{}", LAST.fetch_add(1, Ordering::Relaxed));
                let said = save_user(address, caller, &name);
                (Wish::Save(name), said)
            }
        };
        let was_done = said.is_done();
        all.lock().unwrap().push(Call {
            node,
            wish,
            sent,
            took: sent.elapsed(),
            said,
        });
        if !was_done {
            std::thread::sleep(PAUSE);
        }
    }
}

impl Calls {
    /// The longest time that any of some calls took.
    pub fn slowest(&self, of: impl Fn(&Call) -> bool) -> Duration {
        let times = self.0.iter().filter(|it| of(it)).map(|it| it.took);
        times.max().unwrap_or_default()
    }

    /// When some of the calls were answered as wished for the first time after a moment.
    pub fn done_after(&self, moment: Instant, of: impl Fn(&Call) -> bool) -> Option<Duration> {
        let done = self.0.iter().filter(|it| it.said.is_done() && of(it));
        // Whatever was asked before may have been done before.
        let after = done.filter(|it| it.sent >= moment);
        after.map(|it| it.answered() - moment).min()
    }

    /// How often each answer came for each wish, and after how long at most.
    pub fn told(&self) -> String {
        let mut told = BTreeMap::new();
        for call in &self.0 {
            let wish = match call.wish {
                Wish::Save(_) => "save",
                Wish::Get(_) => "get",
                Wish::LogIn => "log-in",
            };
            let said = match &call.said {
                Said::Done(_) => "done",
                Said::Declined(_, message) | Said::Busy(message) => message,
                Said::Nothing => "nothing",
                Said::Silence => "silence",
                Said::Strange(said) => said,
            };
            let said: String = said.chars().take(60).collect();
            let (count, most) = told.entry((wish, said)).or_insert((0, Duration::ZERO));
            *count += 1;
            *most = call.took.max(*most);
        }
        let lines = told.into_iter().map(|((wish, said), (count, most))| {
            format!("\n  {wish}: {count} {said} ({:.1} s)", most.as_secs_f32())
        });
        lines.collect()
    }
}
