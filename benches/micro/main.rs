//! Single pieces of work on one thread, without HTTP: reading and writing envelopes, the way from
//! a request to its answer, the store.
//!
//! `cargo bench` runs it in some seconds. A number as argument sets the rounds, of which the
//! medians are printed.

// A measurement that cannot be made should end the program.
#![allow(clippy::expect_used, clippy::panic)]

#[path = "../compare/envelopes.rs"]
mod envelopes;
mod rounds;

use hyper::body::Bytes;
use rounds::{Subject, medians};
use services88::clock::Clock;
use services88::config::{MessageLimits, Settings};
use services88::contract::user_service::{SERVICE, SaveUser};
use services88::format::soap::{self, Version};
use services88::model::{Reply, Request};
use services88::server::pipeline::{self, SoapRequest};
use services88::service::Installation;
use services88::store::{callers, users};
use std::cell::Cell;
use std::hint::black_box;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// How often a piece of work is done in a round.
const REPEATS: usize = 100;
/// The first user, who administers.
const ADMINISTRATOR: i32 = 1;

fn main() {
    let rounds = std::env::args().find_map(|argument| argument.parse().ok());
    let rounds = rounds.unwrap_or(9);
    let office = Office::new();
    let small = envelopes::client("GetAccessGatewayInfo", &office.ticket);
    let get = envelopes::client("GetUser", &office.ticket);
    let get = get.replace("UserId>0<", &format!("UserId>{ADMINISTRATOR}<"));
    let printed = envelopes::printed("SaveUser", &office.ticket);
    let filled = envelopes::fill(&printed);
    let change = envelopes::printed("ChangeUserType", &office.ticket);
    let change = envelopes::fill(&change).replace(">Unknown<", ">InternalAssociate<");
    let user = |envelope: &str| Some(envelopes::user(envelope)).into_object(SaveUser::OPERATION);
    let (empty, full) = (user(&printed), user(&filled));
    let success = |user| soap::success(Version::Soap11, SaveUser::OPERATION, user);
    let store = &office.installation.store;
    let number = Cell::new(0);
    let repeat = |work: &dyn Fn()| (0..REPEATS).for_each(|_| work());
    let mut subjects = [
        Subject::new("read SaveUser, as printed", || {
            repeat(&|| drop(black_box(envelopes::user(&printed))));
        }),
        Subject::new("read SaveUser, filled", || {
            repeat(&|| drop(black_box(envelopes::user(&filled))));
        }),
        Subject::new("write SaveUser's answer, as printed", || {
            repeat(&|| drop(black_box(success(empty.as_ref()))));
        }),
        Subject::new("write SaveUser's answer, filled", || {
            repeat(&|| drop(black_box(success(full.as_ref()))));
        }),
        Subject::new("dispatch GetAccessGatewayInfo", || {
            repeat(&|| office.answer(small.clone()));
        }),
        Subject::new("dispatch GetUser", || {
            repeat(&|| office.answer(get.clone()));
        }),
        Subject::new("dispatch ChangeUserType, filled", || {
            repeat(&|| office.answer(change.clone()));
        }),
        Subject::new("store: who calls, and what they may", || {
            let find = || store.read(|tx| Ok(callers::find(tx, ADMINISTRATOR)?));
            repeat(&|| drop(black_box(find().expect("a caller"))));
        }),
        Subject::new("store: a user with all that belongs to it", || {
            let find = || store.read(|tx| Ok(users::find(tx, ADMINISTRATOR)?));
            repeat(&|| drop(black_box(find().expect("a user"))));
        }),
        Subject::new("store: SaveUser, filled, on disk", || {
            repeat(&|| {
                number.set(number.get() + 1);
                let number = format!("{:08}", number.get());
                office.answer(filled.replace("{number}", &number));
            });
        }),
    ];
    let times = medians(rounds, &mut subjects);
    println!("{:<45} {:>10}", "median of each", "us");
    for (subject, time) in subjects.iter().zip(times) {
        let each = time.as_secs_f64() * 1e6 / REPEATS as f64;
        println!("{:<45} {each:>10.2}", subject.name);
    }
}

/// An installation in a folder of its own, and its administrator's ticket.
struct Office {
    installation: Arc<Installation>,
    ticket: String,
    runtime: Runtime,
    _folder: TempDir,
}

impl Office {
    fn new() -> Self {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let settings = Settings {
            data: folder.path().to_owned(),
            ..Settings::default()
        };
        let opened = Installation::open(&settings, Clock::default(), None);
        let installation = Arc::new(opened.expect("an installation").installation);
        let ticket = installation.sessions.issue_ticket_to("admin");
        Self {
            ticket: ticket.expect("a ticket"),
            installation,
            runtime: Runtime::new().expect("a runtime"),
            _folder: folder,
        }
    }

    /// Goes the whole way from a request to its answer.
    fn answer(&self, envelope: String) {
        let request = SoapRequest {
            service: &SERVICE,
            content_type: "text/xml; charset=utf-8".into(),
            soap_action: "".into(),
            remote: IpAddr::V4(Ipv4Addr::LOCALHOST),
            body: Bytes::from(envelope),
        };
        let limits = MessageLimits::default();
        let answer = pipeline::answer(&self.installation, &limits, request);
        let answer = self.runtime.block_on(answer);
        assert_eq!(answer.log.outcome, "ok", "{}", answer.log.operation);
    }
}
