//! The server under attack, and what has to be so after each attack.

use crate::answer::Answer;
use crate::faults::{CLIENT, Expected, around, credentials, fault, is_role};
use crate::support::{Caller, Response, Soap, TestServer, USER};
use std::ops::Deref;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Longer than any answer takes on a busy machine without optimisation.
const AT_ONCE: Duration = Duration::from_secs(30);
const LONGEST_ANSWER: usize = 128 * 1024;

/// Inputs that have been tried; `-- --nocapture` shows how many.
static TRIED: AtomicUsize = AtomicUsize::new(0);

/// A server, and an honest caller of it.
pub struct Victim {
    pub server: TestServer,
    pub caller: Caller,
    /// Most memory that it had used before the attacks, in KiB.
    before: usize,
}

/// How a SOAP message is to be answered.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// Carried out: it asked for role 12, in a header that is good.
    Role,
    /// Carried out without finding anything.
    Nothing,
    /// By a fault.
    Fault(&'static Expected),
    /// In-band, by an exception of this class.
    Exception(&'static str),
}

/// A fault that says that the sender's message is wrong.
pub const REFUSED: Wanted = Wanted::Fault(&CLIENT);

impl Victim {
    /// Starts a server and has it answer once, so that what it sets up is not taken for growth.
    pub fn start() -> Self {
        Self::with(&[])
    }

    pub fn with(settings: &[(&str, &str)]) -> Self {
        let server = TestServer::with(settings);
        let caller = server.caller("admin");
        let mut victim = Self {
            server,
            caller,
            before: 0,
        };
        victim.honest();
        // Hashing a password at start took more than anything does later: forget that.
        let _ = std::fs::write(format!("/proc/{}/clear_refs", victim.pid()), "5");
        victim.before = victim.peak();
        victim
    }

    /// That an honest caller is served on a fresh connection.
    #[track_caller]
    pub fn honest(&self) {
        let envelope = self.good(Soap::V11);
        let response = self.post(USER, Soap::V11.content_type(), &envelope);
        is_role(Soap::V11, &response);
    }

    /// The header of the honest caller.
    pub fn header(&self) -> String {
        format!("<s:Header>{}</s:Header>", credentials(self.caller.ticket()))
    }

    /// A message of the honest caller, given what is in it beside the header.
    pub fn message(&self, soap: Soap, content: &str) -> String {
        around(soap, &(self.header() + content))
    }

    /// A message that asks for role 12.
    pub fn good(&self, soap: Soap) -> String {
        self.message(soap, crate::faults::GET_ROLE)
    }

    /// That a SOAP message gets this answer at once, and whoever comes next is served.
    #[track_caller]
    pub fn answers(&self, soap: Soap, message: impl AsRef<[u8]>, wanted: Wanted) -> Response {
        self.answers_with(soap, &[], message.as_ref(), wanted)
    }

    /// The same with further header fields.
    #[track_caller]
    pub fn answers_with(
        &self,
        soap: Soap,
        fields: &[&str],
        message: &[u8],
        wanted: Wanted,
    ) -> Response {
        let content_type = format!("Content-Type: {}", soap.content_type());
        let fields = [&[&*content_type], fields].concat();
        let response = self.at_once(|| self.request("POST", USER, &fields, message));
        assert!(response.body.len() < LONGEST_ANSWER, "a large answer");
        match wanted {
            Wanted::Role => is_role(soap, &response),
            Wanted::Nothing => {
                let answer = Answer::of(soap, "GetRoleResponse", &response);
                assert!(answer.result().nil, "{}", response.body);
            }
            Wanted::Fault(expected) => {
                fault(soap, &response, expected);
            }
            Wanted::Exception(class) => {
                let body = crate::answer::envelope(soap, &response);
                let element = body.at("Body").names()[0].to_owned();
                let exception = Answer::of(soap, &element, &response).refused();
                assert_eq!(exception.class, class);
            }
        }
        response
    }

    /// Does what counts as one hostile input; it has to be over at once, and whoever comes next
    /// is served.
    #[track_caller]
    pub fn at_once<T>(&self, attack: impl FnOnce() -> T) -> T {
        self.tried(1);
        let start = Instant::now();
        let outcome = attack();
        let time = start.elapsed();
        assert!(time < AT_ONCE, "it took {time:?}");
        self.honest();
        outcome
    }

    /// Counts hostile inputs.
    pub fn tried(&self, inputs: usize) {
        TRIED.fetch_add(inputs, Ordering::Relaxed);
    }

    /// That the server is well, and has at no time used more than so many MiB more than before.
    #[track_caller]
    pub fn survived(self, mebibytes: usize) {
        self.honest();
        assert!(!self.log().contains("panicked"), "{}", self.log());
        let grown = self.peak() - self.before;
        println!(
            "{grown} KiB more; {} inputs so far",
            TRIED.load(Ordering::Relaxed)
        );
        assert!(grown < mebibytes * 1024, "{grown} KiB more");
    }

    /// KiB that it has for itself now, where the system tells.
    pub fn memory(&self) -> Option<usize> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).ok()?;
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        line?.split_whitespace().nth(1)?.parse().ok()
    }

    /// Most memory that the server has used, in KiB; 0 where the system does not tell.
    fn peak(&self) -> usize {
        let Ok(status) = std::fs::read_to_string(format!("/proc/{}/status", self.pid())) else {
            return 0;
        };
        let line = status.lines().find(|line| line.starts_with("VmHWM:"));
        let digits = line.and_then(|line| line.split_whitespace().nth(1));
        digits.map_or(0, |digits| digits.parse().unwrap())
    }
}

impl Deref for Victim {
    type Target = TestServer;

    fn deref(&self) -> &TestServer {
        &self.server
    }
}
