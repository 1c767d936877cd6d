//! Operations on one node, as another node of the same database sees them; or, with a file, another
//! process.

use super::password_links::{Redeemed, redeem};
use super::testing::{Office, refusal};
use super::{administration::portals as administration, portals};
use crate::config::{AccessGatewaySettings, RegistrationSettings, Settings};
use crate::contract::portal::AgentRegistration;
use crate::contract::user::User;
use crate::contract::user_service::*;
use crate::fault::Exception;
use crate::model::DateTime;
use crate::session::digest;
use crate::store::password_resets;
use serde_json::json;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{IpAddr, Ipv4Addr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{scope, sleep, spawn};
use std::time::Duration;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const SOON: Duration = Duration::from_secs(1);

#[test]
fn allowances_are_those_of_all_nodes() {
    let settings = Settings {
        registration: RegistrationSettings {
            address_per_hour: 4,
            portal_per_hour: 3,
            ..RegistrationSettings::default()
        },
        ..Settings::default()
    };
    let one = Office::with(&settings);
    let two = one.beside(&settings);
    let is_shared = one.installation.store.is_shared();
    let portal = administration::add(&one.installation, "North").expect("portal");
    let key = administration::add_agency(&one.installation, "Temps", &portal, None);
    let key = key.expect("agency");
    let admit = |office: &Office| portals::admit(&office.installation, HERE);
    let register = |office: &Office, email: &str| {
        let agent = AgentRegistration {
            email: Some(email.into()),
            password: Some("long enough".into()),
            agency_key: Some(key.clone()),
            ..AgentRegistration::default()
        };
        let id = portals::find(&office.installation, &portal).expect("portal");
        portals::register(&office.installation, id, agent, "http://h:1").map(drop)
    };
    for office in [&one, &two] {
        admit(office).expect("admitted");
        admit(office).expect("admitted");
    }
    register(&one, "a@b").expect("registered");
    register(&one, "b@b").expect("registered");
    register(&two, "c@b").expect("registered");
    sleep(SOON);
    for office in [&one, &two] {
        assert_eq!(admit(office).is_err(), is_shared);
        let answer = register(office, "d@b");
        let refused = matches!(answer, Err(portals::Refusal::TooOften(_)));
        assert_eq!(refused, is_shared, "{answer:?}");
        if !is_shared {
            return;
        }
    }
}

#[test]
fn what_is_good_once_is_good_once_on_all_nodes() {
    let one = Office::open();
    let two = one.beside(&Settings::default());
    let ann = one.save(User {
        name: Some("ann".into()),
        ..User::default()
    });
    let ann = ann.expect("saved").associate_id;
    for round in 0..5 {
        let token = format!("token-{round}");
        let (hash, expires) = (digest(&token), one.installation.clock.unix_seconds() + 600);
        let expires = DateTime::from_unix_seconds(expires);
        let store = &one.installation.store;
        let stored = store.write(move |tx| Ok(password_resets::replace(tx, ann, &hash, expires)?));
        stored.expect("stored");
        let redeemed = scope(|scope| {
            [&one, &two, &one, &two]
                .map(|office| scope.spawn(|| redeem(&office.installation, &token, "another one")))
                .map(|thread| thread.join().expect("an end").expect("an answer"))
        });
        let done = redeemed.iter().filter(|it| **it == Redeemed::Done);
        assert_eq!(done.count(), 1, "{redeemed:?}");
    }
}

#[test]
fn nodes_that_are_asked_at_the_same_instant_register_once() {
    for uri in [
        ["https://a.example/"; 4],
        [
            "https://a.example/",
            "https://b.example/",
            "https://c.example/",
            "https://d.example/",
        ],
    ] {
        let provider = Provider::start(Duration::from_millis(150));
        let settings = provider.settings(Duration::from_secs(5));
        let one = Office::with(&settings);
        let two = one.beside(&settings);
        if !one.installation.store.is_shared() {
            return;
        }
        let offices = [&one, &two, &one, &two];
        let ids = scope(|scope| {
            let threads: Vec<_> = std::iter::zip(offices, uri)
                .map(|(office, uri)| {
                    let redirect_uri = Some(uri.to_owned());
                    scope.spawn(|| office.call(GetOrRegisterAccessGatewayInfo { redirect_uri }))
                })
                .collect();
            let answers = threads.into_iter().map(|it| it.join().expect("an end"));
            answers
                .map(|it| it.expect("registered").expect("never nil").client_id)
                .collect::<Vec<_>>()
        });
        assert_eq!(ids, vec![Some("client-1".to_owned()); 4]);
        assert_eq!(provider.registered(), 1);
        let known = "SELECT count(*) FROM accessgateway_redirect_uri";
        let mut wanted = uri.to_vec();
        wanted.dedup();
        assert_eq!(one.number(known), i32::try_from(wanted.len()).expect("few"));
        assert_eq!(one.number("SELECT count(*) FROM lease"), 0, "given back");
    }
}

#[test]
fn a_node_that_was_overtaken_keeps_nothing_of_its_answer() {
    let provider = Provider::start(Duration::from_millis(600));
    let settings = provider.settings(Duration::from_secs(5));
    let one = Office::with(&settings);
    if !one.installation.store.is_shared() {
        return;
    }
    let redirect_uri = Some("https://a.example/".to_owned());
    let answer = scope(|scope| {
        let call = scope.spawn(|| one.call(GetOrRegisterAccessGatewayInfo { redirect_uri }));
        sleep(Duration::from_millis(900));
        one.execute("UPDATE lease SET owner = 'somebody else'");
        call.join().expect("an end")
    });
    assert_eq!(refusal(answer), Exception::Server);
    let stored = "SELECT count(*) FROM accessgateway_registration";
    assert_eq!(one.number(stored), 0);
    assert_eq!(
        one.number("SELECT count(*) FROM lease"),
        1,
        "not ours to give"
    );
}

/// An identity provider that takes its time, and lets registrations be changed.
struct Provider {
    issuer: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    registered: AtomicUsize,
    redirect_uris: Mutex<serde_json::Value>,
}

impl Provider {
    fn start(pause: Duration) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::<State>::default();
        let (own, all) = (issuer.clone(), Arc::clone(&state));
        spawn(move || {
            for stream in listener.incoming() {
                let (own, all) = (own.clone(), Arc::clone(&all));
                spawn(move || answer(&stream.expect("a stream"), &own, &all, pause));
            }
        });
        Self { issuer, state }
    }

    fn settings(&self, timeout: Duration) -> Settings {
        Settings {
            access_gateway: AccessGatewaySettings {
                issuer: self.issuer.clone(),
                timeout,
                ..AccessGatewaySettings::default()
            },
            ..Settings::default()
        }
    }

    fn registered(&self) -> usize {
        self.state.registered.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: &TcpStream, issuer: &str, state: &State, pause: Duration) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).expect("a line") == 0 {
            return;
        }
    }
    let length = head
        .lines()
        .filter_map(|line| {
            line.to_lowercase()
                .strip_prefix("content-length: ")?
                .parse()
                .ok()
        })
        .next();
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body).expect("a body");
    sleep(pause);
    let mut client: serde_json::Value = serde_json::from_slice(&body).unwrap_or(json!({}));
    let mut redirect_uris = state.redirect_uris.lock().expect("free");
    if !client["redirect_uris"].is_null() {
        *redirect_uris = client["redirect_uris"].clone();
    }
    client["redirect_uris"] = redirect_uris.clone();
    client["client_id"] = json!("client-1");
    client["client_secret"] = json!("secret");
    client["registration_client_uri"] = json!(format!("{issuer}/client-1"));
    client["registration_access_token"] = json!("token");
    let answer = match head.split(' ').next() {
        Some("GET") if head.contains("openid-configuration") => json!({
            "issuer": issuer,
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "registration_endpoint": format!("{issuer}/register"),
        }),
        Some("POST") => {
            let number = state.registered.fetch_add(1, Ordering::SeqCst) + 1;
            client["client_id"] = json!(format!("client-{number}"));
            client
        }
        _ => client,
    };
    let answer = answer.to_string();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let length = answer.len();
    let _ = write!(stream, "{head}\r\nContent-Length: {length}\r\n\r\n{answer}");
}
