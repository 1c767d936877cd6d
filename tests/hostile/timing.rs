//! How long a log-in takes that fails: no longer and no shorter for names that somebody has.

use crate::answer::{Answer, element, text};
use crate::line::{Line, envelope};
use crate::support::{PASSWORD, PRINCIPAL, Soap, TestServer};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::ops::Range;
use std::time::{Duration, Instant};

/// As many tries as an account has free, so that nobody is slowed down on purpose.
const TRIES: usize = 4;
const USERS: usize = 12;
/// Rounds after which times are first compared.
const LEAST: usize = 10;
/// What a time may be of another one. Leaving the hash out is a tenth or less.
const ALIKE: Range<f64> = 0.75..1.34;
/// The same after all rounds, on a machine that does a lot of other things.
const NOT_UNLIKE: Range<f64> = 0.5..2.0;

/// Tries to log in with a name and a password that do not belong together; gives the time.
type Way = fn(&mut Line<'_>, Soap, &str, &str) -> Duration;

const WAYS: [(&str, Way); 3] = [
    (
        "AuthenticateUsernamePassword",
        |line, soap, client, name| {
            let arguments = text("UserName", name) + &text("Password", WRONG);
            soap_time(
                line,
                soap,
                client,
                "AuthenticateUsernamePassword",
                &arguments,
            )
        },
    ),
    ("AuthenticateGeneric", |line, soap, client, name| {
        let pair = |key: &str, value: &str| {
            let pair = text("Key", key) + &text("Value", value);
            element("AuthenticationGenericDataKeyValuePair", &pair)
        };
        let pairs = pair("UserName", name) + &pair("Password", WRONG);
        let arguments = element("AuthenticationData", &pairs);
        soap_time(line, soap, client, "AuthenticateGeneric", &arguments)
    }),
    ("Basic", |line, _, client, name| {
        let shown = STANDARD.encode(format!("{name}:{WRONG}"));
        let fields = [client.to_owned(), format!("Authorization: Basic {shown}")];
        let start = Instant::now();
        let response = line.json("/api/v1/Agents/User/GetUserCommands", &fields, "{}");
        assert_eq!(response.status, 401);
        start.elapsed()
    }),
];

const WRONG: &str = "Wrong-Horse-7";

fn soap_time(
    line: &mut Line<'_>,
    soap: Soap,
    client: &str,
    operation: &str,
    arguments: &str,
) -> Duration {
    let envelope = envelope(soap, "", operation, arguments);
    let start = Instant::now();
    let response = line.post(soap, PRINCIPAL, &[client.to_owned()], &envelope, &[]);
    let time = start.elapsed();
    let answer = Answer::of(soap, "AuthenticateResponse", &response).response;
    assert_eq!(answer.text_at("AuthenticationSucceeded"), "false");
    time
}

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
    for (at, (operation, way)) in WAYS.into_iter().enumerate() {
        let mut times = [const { Vec::new() }; 3];
        for round in 0..USERS * TRIES / WAYS.len() {
            let user = at * USERS / WAYS.len() + round / TRIES;
            let names = [
                format!("active{user}"),
                format!("nobody{user}"),
                format!("retired{user}"),
            ];
            // Each comes first as often as the others.
            for kind in (0..3).map(|at| (at + round) % 3) {
                clients += 1;
                let client = format!("X-Forwarded-For: 10.0.{clients}.1");
                let soap = [Soap::V11, Soap::V12][round % 2];
                times[kind].push(way(&mut line, soap, &client, &names[kind]));
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
