//! How long a log-in takes that fails: no longer and no shorter for names that somebody has.

use crate::answer::{Answer, element, text};
use crate::line::{Line, envelope};
use crate::support::{PASSWORD, PRINCIPAL, Soap, TestServer};
use std::ops::Range;
use std::time::{Duration, Instant};

/// As many tries as an account has free, so that nobody is slowed down on purpose.
const TRIES: usize = 4;
const USERS: usize = 8;
/// Rounds after which times are first compared.
const LEAST: usize = 10;
/// What a time may be of another one. Leaving the hash out is a tenth or less.
const ALIKE: Range<f64> = 0.75..1.34;
/// The same after all rounds, on a machine that does a lot of other things.
const NOT_UNLIKE: Range<f64> = 0.5..2.0;

/// The arguments of a way to log in.
type Way = (&'static str, fn(&str, &str) -> String);

const WAYS: [Way; 2] = [
    ("AuthenticateUsernamePassword", |name, password| {
        text("UserName", name) + &text("Password", password)
    }),
    ("AuthenticateGeneric", |name, password| {
        let pair = |key: &str, value: &str| {
            let pair = text("Key", key) + &text("Value", value);
            element("AuthenticationGenericDataKeyValuePair", &pair)
        };
        let pairs = pair("UserName", name) + &pair("Password", password);
        element("AuthenticationData", &pairs)
    }),
];

/// Fastest and median.
fn summary(times: &[Duration]) -> [f64; 2] {
    let mut times = times.to_vec();
    times.sort_unstable();
    [times[0], times[times.len() / 2]].map(|time| time.as_secs_f64())
}

fn alike(one: &[Duration], other: &[Duration]) -> bool {
    let [one, other] = [one, other].map(summary);
    (0..2).all(|at| ALIKE.contains(&(one[at] / other[at])))
}

#[test]
fn a_wrong_name_takes_as_long_as_a_wrong_password() {
    let server = TestServer::with(&[("trusted_proxies", "127.0.0.1")]);
    let admin = server.caller("admin");
    for user in 0..USERS {
        server.add_user(&format!("active{user}"), PASSWORD);
        let name = format!("retired{user}");
        server.add_user(&name, PASSWORD);
        let found = server.user(
            Soap::V11,
            &admin,
            "GetUserFromName",
            &text("UserName", &name),
        );
        let id = text("AssociateId", found.result().text_at("AssociateId"));
        let retired = server.user(
            Soap::V11,
            &admin,
            "MakeRetired",
            &(id + "<Retired>true</Retired>"),
        );
        assert!(retired.exception.is_none());
    }
    let mut line = Line::to(&server);
    let mut clients = 0;
    for (way, (operation, arguments)) in WAYS.into_iter().enumerate() {
        let mut times = [const { Vec::new() }; 3];
        for round in 0..USERS * TRIES / WAYS.len() {
            let user = way * USERS / 2 + round / TRIES;
            let names = [
                format!("active{user}"),
                format!("nobody{user}"),
                format!("retired{user}"),
            ];
            // Each comes first as often as the others.
            for kind in (0..3).map(|at| (at + round) % 3) {
                clients += 1;
                let client = format!("X-Forwarded-For: 10.0.{clients}.1");
                let arguments = arguments(&names[kind], "Wrong-Horse-7");
                let soap = [Soap::V11, Soap::V12][round % 2];
                let envelope = envelope(soap, "", operation, &arguments);
                let start = Instant::now();
                let response = line.post(soap, PRINCIPAL, &[client], &envelope, &[]);
                times[kind].push(start.elapsed());
                let answer = Answer::of(soap, "AuthenticateResponse", &response).response;
                assert_eq!(answer.text_at("AuthenticationSucceeded"), "false");
            }
            let [wrong, nobody, retired] = &times;
            if round + 1 >= LEAST && alike(nobody, wrong) && alike(retired, wrong) {
                break;
            }
        }
        let [wrong, nobody, retired] = times.map(|times| (times.len(), summary(&times)));
        let ratios = [nobody, retired].map(|it| [0, 1].map(|at| it.1[at] / wrong.1[at]));
        println!("{operation}: {ratios:.3?} of {wrong:?} seconds, fastest and median");
        for ratios in ratios {
            let is_like = ratios.iter().any(|ratio| NOT_UNLIKE.contains(ratio));
            assert!(is_like, "{operation}: {ratios:?}");
        }
    }
}
