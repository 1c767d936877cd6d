//! Random sequences of calls, made to a real server and to a model of it that is written from the
//! documentation and knows nothing of the server's code. Both have to agree on what is refused and
//! with which class of exception, on what is answered, and on all that can be seen afterwards.
//!
//! The environment variable `SERVICES88_TEST_CASES` says how many sequences are tried instead of
//! the few of a plain run. A difference is shown with the shortest sequence that makes it.

mod credentials;
mod external_users;
mod groups;
mod licenses;
mod observe;
mod passwords;
mod questions;
mod rights;
mod roles;
mod rule;
mod save_user;
mod seed;
mod state;
mod untrusted;
mod user_draft;
mod users;

use crate::answer::{Answer, Node};
use crate::support::{Caller as Ticket, PRINCIPAL, Soap, TestServer, USER};
use observe::{Known, View};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use rule::{Caller, Difference, Rule, SESSION};
use seed::Seed;
use state::{Model, Session};

/// Without an order to the contrary.
const CASES: u32 = 20;
const STEPS: usize = 60;
/// Milliseconds that the search for a shorter sequence may take.
const SHRINKING: u32 = 60_000;

#[derive(Debug)]
struct Step {
    /// Which session calls.
    session: usize,
    rule: Box<dyn Rule>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // The administrator mostly, so that much happens; the one of users; a program; anybody.
    let session = prop_oneof![7 => Just(0), 2 => Just(2), 1 => Just(5), 2 => 0_usize..5];
    let rule = prop_oneof![
        6 => users::steps(),
        1 => licenses::steps(),
        2 => groups::steps(),
        2 => roles::steps(),
        2 => rights::steps(),
        2 => passwords::steps(),
        1 => credentials::steps(),
        1 => untrusted::steps(),
        1 => questions::steps(),
        1 => external_users::steps(),
    ];
    let step = (session, rule).prop_map(|(session, rule)| Step { session, rule });
    proptest::collection::vec(step, 1..=STEPS)
}

/// A sequence under way.
struct Run<'a> {
    server: &'a TestServer,
    model: Model,
    /// What was called and what came of it.
    trace: Vec<String>,
}

impl Run<'_> {
    fn take(&mut self, step: &Step) -> Difference {
        let rule = &step.rule;
        if !rule.applies(&self.model) {
            return Ok(());
        }
        let Session {
            user,
            ticket,
            alive,
        } = self.model.sessions[step.session].clone();
        let caller = Caller {
            session: step.session,
            id: user,
        };
        let (operation, arguments) = rule.request(&self.model);
        let expected = match alive || rule.is_log_in() {
            true => rule.refusals(&self.model, caller),
            false => [SESSION].into(),
        };
        let answer = self.call(rule.as_ref(), operation, &arguments, ticket);
        let seen = answer.exception.as_ref().map(|it| it.class.clone());
        let line = format!("{user} {operation} {arguments}\n    -> {seen:?}");
        self.trace.push(line);
        match &seen {
            Some(class) if expected.contains(class.as_str()) => Ok(()),
            None if expected.is_empty() => {
                let nothing = Node::default();
                let result = match rule.is_log_in() {
                    true => &answer.response,
                    false => answer.response.find("Response").unwrap_or(&nothing),
                };
                rule.carry_out(&mut self.model, caller, result)
            }
            _ => Err(format!(
                "expected {expected:?}, seen {:?}",
                answer.exception
            )),
        }
    }

    fn call(&self, rule: &dyn Rule, operation: &str, arguments: &str, ticket: String) -> Answer {
        let (path, caller, element) = match rule.is_log_in() {
            true => (
                PRINCIPAL,
                Ticket::Anonymous,
                "AuthenticateResponse".to_owned(),
            ),
            false => (USER, Ticket::Ticket(ticket), format!("{operation}Response")),
        };
        let soap = [Soap::V11, Soap::V12][arguments.len() % 2];
        let response = self.server.call(soap, path, &caller, operation, arguments);
        Answer::of(soap, &element, &response)
    }
}

/// Takes the steps and then looks at everything.
fn difference(seed: &Seed, known: &Known, steps: &[Step]) -> Result<(), (String, Vec<String>)> {
    let folder = tempfile::tempdir().unwrap();
    let server = seed.start(&folder);
    let mut run = Run {
        server: &server,
        model: seed.model.clone(),
        trace: Vec::new(),
    };
    let watcher = Ticket::Ticket(seed.watcher.clone());
    let view = View {
        server: &server,
        caller: &watcher,
        known,
    };
    let found = steps
        .iter()
        .try_for_each(|step| run.take(step))
        .and_then(|()| observe::same_everywhere(&run.model, &view));
    found.map_err(|difference| (difference, run.trace))
}

#[test]
fn the_server_does_what_the_model_does() {
    let cases = std::env::var("SERVICES88_TEST_CASES");
    let config = Config {
        cases: cases.map_or(CASES, |cases| cases.parse().unwrap()),
        // What is found is fixed and gets a test of its own; there is nothing to keep.
        failure_persistence: None,
        max_shrink_time: SHRINKING,
        ..Config::default()
    };
    let seed = Seed::new();
    let known = Known::default();
    let found = TestRunner::new(config).run(&steps(), |steps| {
        difference(&seed, &known, &steps).map_err(|(difference, _)| TestCaseError::fail(difference))
    });
    if let Err(TestError::Fail(_, steps)) = found {
        let (difference, trace) = difference(&seed, &known, &steps).unwrap_err();
        panic!("{}\n{difference}", trace.join("\n"));
    }
    found.unwrap();
}
