//! Registrations against a real store: rules, limits, and who is told what.

use super::*;
use crate::config::Settings;
use crate::contract::user_service::ResolveUserFromInfo;
use crate::service::administration::portals as administration;
use crate::service::testing::Office;
use crate::service::user_credentials::{PASSWORD as PASSWORD_TYPE, of_type};
use crate::store::testing;
use std::net::Ipv4Addr;

const ORIGIN: &str = "http://h:1";
const PASSWORD: &str = "long enough";
const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

/// An installation with a portal and an agency in it.
struct Desk {
    office: Office,
    portal: String,
    key: String,
}

impl Desk {
    fn open() -> Self {
        Self::with(&Settings::default())
    }

    fn with(settings: &Settings) -> Self {
        let office = Office::with(settings);
        let portal = administration::add(&office.installation, "North").expect("portal");
        let key = administration::add_agency(&office.installation, "Temps", &portal, None);
        Self {
            key: key.expect("agency"),
            portal,
            office,
        }
    }

    fn agent(&self, email: &str) -> AgentRegistration {
        AgentRegistration {
            email: Some(email.into()),
            password: Some(PASSWORD.into()),
            agency_key: Some(self.key.clone()),
            ..AgentRegistration::default()
        }
    }

    fn try_register(&self, agent: AgentRegistration) -> Result<UserConfirmationViewModel, Refusal> {
        self.register_in(&self.portal, agent)
    }

    fn register_in(
        &self,
        portal: &str,
        agent: AgentRegistration,
    ) -> Result<UserConfirmationViewModel, Refusal> {
        let installation = &self.office.installation;
        register(installation, find(installation, portal)?, agent, ORIGIN)
    }

    fn register(&self, email: &str) -> UserConfirmationViewModel {
        self.try_register(self.agent(email)).expect("registered")
    }

    fn confirm(&self, request: &str) -> Result<UserViewModel, Refusal> {
        confirm(&self.office.installation, request)
    }

    fn log_in(&self, name: &str) -> Option<i32> {
        let sessions = &self.office.installation.sessions;
        let found = sessions.log_in(name, Some(PASSWORD), HERE).expect("answer");
        found.map(|log_in| log_in.caller.associate_id)
    }

    /// Rows that a registration adds to.
    fn rows(&self) -> [i32; 5] {
        [
            "person",
            "associate",
            "credentials",
            "licenseassoclink",
            "portal_registration",
        ]
        .map(|table| self.office.number(&format!("SELECT count(*) FROM {table}")))
    }
}

/// Paths of what is wrong.
fn paths<T: std::fmt::Debug>(result: Result<T, Refusal>) -> Vec<String> {
    match result.expect_err("refused") {
        Refusal::Invalid(reasons) => reasons.into_iter().map(|(path, _)| path).collect(),
        other => panic!("{other:?}"),
    }
}

fn logon(confirmation: &UserConfirmationViewModel) -> String {
    let user = confirmation.user.as_ref().expect("user");
    user.logon.clone().expect("log-on name")
}

#[test]
fn a_registered_agent_waits_until_the_registration_is_confirmed() {
    let desk = Desk::open();
    let agent = AgentRegistration {
        forename: Some("Åse".into()),
        surname: Some("O'Neil".into()),
        job_title: Some("Nurse".into()),
        telephone: Some("1".into()),
        mobile: Some("2".into()),
        ..desk.agent(" ase@temps.example ")
    };
    let registered = desk.try_register(agent).expect("registered");
    assert_eq!(registered.email.as_deref(), Some("ase@temps.example"));
    let user = registered.user.clone().expect("user");
    assert_eq!(user.forename.as_deref(), Some("Åse"));
    assert!(!user.is_confirmed);
    let link = &user.links.expect("links")[0];
    let href = format!("{ORIGIN}{CONFIRMATION}{}", registered.request_guid);
    assert_eq!(link.href.as_deref(), Some(&*href));

    let name = user.logon.expect("log-on name");
    for name in [&name, "ase@temps.example"] {
        assert_eq!(desk.log_in(name), None);
    }
    let confirmed = desk.confirm(&registered.request_guid).expect("confirmed");
    assert!(confirmed.is_confirmed);
    assert_eq!(confirmed.uid, user.uid);
    let id = desk.log_in(&name).expect("logged in");
    assert_eq!(desk.log_in("ASE@temps.example"), Some(id));

    let stored = desk.office.get(id).expect("user");
    assert!(!stored.waiting_for_approval);
    assert_eq!(stored.r#type, UserType::ExternalAssociate);
    let person = stored.person.expect("person");
    assert_eq!(person.contact_name.as_deref(), Some("Temps"));
    assert_eq!(person.title.as_deref(), Some("Nurse"));
    assert_eq!(person.direct_phone.as_deref(), Some("1"));
    assert_eq!(person.mobile_phone.as_deref(), Some("2"));
}

#[test]
fn every_rule_is_told_by_its_member() {
    let desk = Desk::open();
    let blank = AgentRegistration {
        password: Some("\u{a0} ".into()),
        ..AgentRegistration::default()
    };
    let required = [
        "registration.Email",
        "registration.Password",
        "registration.AgencyKey",
    ];
    assert_eq!(paths(desk.try_register(blank)), required);
    // An emoji is two units.
    let text = |units: usize| Some("😀".repeat(units / 2) + &"x".repeat(units % 2));
    for rule in REGISTRATION_RULES {
        let with = |units: usize| {
            let mut agent = desk.agent("a@b");
            let index = AgentRegistration::TYPE
                .fields
                .iter()
                .position(|field| field.name == rule.member);
            if let crate::model::Slot::Text(place) = agent.field_mut(index.expect("member")) {
                *place = text(units).expect("text");
            }
            desk.try_register(agent)
        };
        let broken = vec![format!("registration.{}", rule.member)];
        assert_eq!(paths(with(rule.longest + 1)), broken);
        if rule.member == "AgencyKey" {
            assert_eq!(paths(with(rule.longest)), broken, "unknown");
        } else {
            let id = with(rule.longest)
                .expect("acceptable")
                .user
                .expect("user")
                .uid;
            assert_eq!(id.len(), 36);
            desk.office
                .execute("DELETE FROM associate WHERE waiting_for_approval = 1");
        }
    }
    let weak = AgentRegistration {
        password: Some("short".into()),
        ..desk.agent("a@b")
    };
    assert_eq!(paths(desk.try_register(weak)), ["registration.Password"]);
}

#[test]
fn a_password_of_the_full_length_opens() {
    let desk = Desk::open();
    let password = "p".repeat(255);
    let agent = AgentRegistration {
        password: Some(password.clone()),
        ..desk.agent("a@b")
    };
    let registered = desk.try_register(agent).expect("registered");
    desk.confirm(&registered.request_guid).expect("confirmed");
    let sessions = &desk.office.installation.sessions;
    assert!(
        sessions
            .log_in("a@b", Some(&password), HERE)
            .expect("answer")
            .is_some()
    );
}

#[test]
fn portals_and_keys_are_looked_at_before_addresses() {
    let desk = Desk::open();
    desk.register("known@b");
    let installation = &desk.office.installation;
    let other = administration::add(installation, "East").expect("portal");
    let before = desk.rows();
    for email in ["known@b", "unknown@b"] {
        let nowhere = desk.register_in(&"0".repeat(32), desk.agent(email));
        assert!(matches!(nowhere, Err(Refusal::NotFound(_))));
        assert_eq!(
            paths(desk.register_in("x", desk.agent(email))),
            ["portalUid"]
        );
        let elsewhere = desk.register_in(&other, desk.agent(email));
        assert_eq!(paths(elsewhere), ["registration.AgencyKey"]);
        let wrong = AgentRegistration {
            agency_key: Some(desk.key.to_uppercase()),
            ..desk.agent(email)
        };
        assert_eq!(paths(desk.try_register(wrong)), ["registration.AgencyKey"]);
    }
    assert_eq!(desk.rows(), before);
}

#[test]
fn an_address_is_registered_once_in_a_portal() {
    let desk = Desk::open();
    let first = desk.register("a@b");
    let before = desk.rows();
    let again = desk.try_register(desk.agent(" A@B"));
    assert!(matches!(again, Err(Refusal::Repeated)), "{again:?}");
    assert_eq!(desk.rows(), before);
    desk.confirm(&first.request_guid).expect("confirmed");
    assert!(matches!(
        desk.try_register(desk.agent("a@b")),
        Err(Refusal::Repeated)
    ));

    // In another portal it is somebody else's, as far as anybody is told.
    let installation = &desk.office.installation;
    let other = administration::add(installation, "East").expect("portal");
    let key = administration::add_agency(installation, "Temps", &other, None).expect("agency");
    let agent = AgentRegistration {
        agency_key: Some(key),
        ..desk.agent("a@b")
    };
    let second = desk.register_in(&other, agent).expect("registered");
    assert_ne!(logon(&second), logon(&first));
    assert_eq!(logon(&second).len(), logon(&first).len());
    assert!(
        desk.log_in("a@b").is_some(),
        "the other one is not confirmed yet"
    );
    desk.confirm(&second.request_guid).expect("confirmed");
    assert_eq!(desk.log_in("a@b"), None, "whose?");
    assert!(desk.log_in(&logon(&first)).is_some());
}

#[test]
fn nobody_loses_an_address_or_a_name_to_somebody_who_registers_it() {
    let desk = Desk::open();
    let early = desk.register("early@b");
    desk.confirm(&early.request_guid).expect("confirmed");
    let user = |name: &str, email: &str| {
        let saved = desk.office.save(User {
            name: Some(name.into()),
            person: Some(Person {
                email: Some(email.into()),
                ..Person::default()
            }),
            credentials: Some(vec![of_type(PASSWORD_TYPE, PASSWORD)]),
            ..User::default()
        });
        saved.expect("saved").associate_id
    };
    let named = user("early@b", "");
    let addressed = user("someone", "late@b");
    let late = desk.register("late@b");
    desk.confirm(&late.request_guid).expect("confirmed");
    assert_eq!(desk.log_in("early@b"), Some(named));
    assert_eq!(desk.log_in("late@b"), Some(addressed));
    assert!(desk.log_in(&logon(&late)).is_some_and(|id| id != addressed));
}

#[test]
fn hints_do_not_lead_to_somebody_who_registered() {
    let desk = Desk::open();
    let agent = AgentRegistration {
        forename: Some("Lena".into()),
        surname: Some("Berg".into()),
        mobile: Some("22334455".into()),
        ..desk.agent("lena@temps.example")
    };
    let registered = desk.try_register(agent).expect("registered");
    desk.confirm(&registered.request_guid).expect("confirmed");
    let texts = |text: &str| Some(vec![text.to_owned()]);
    let resolved = desk.office.call(ResolveUserFromInfo {
        contact_id: desk.office.number("SELECT contact_id FROM agency"),
        person_name: Some("Lena Berg".into()),
        emails: texts("lena@temps.example"),
        phone_numbers: texts("22334455"),
        user_type: UserType::ExternalAssociate,
        credential: Some(of_type("CentralSuperIdCredential", "lena@id.example")),
    });
    let resolved = resolved.expect("resolved").expect("answer");
    assert!(resolved.person_created);
    assert_ne!(resolved.user.expect("user").name, Some(logon(&registered)));
}

#[test]
fn a_registration_is_confirmed_once_and_in_time() {
    let desk = Desk::open();
    let one = desk.register("one@b").request_guid;
    desk.confirm(&one.to_uppercase()).expect("confirmed");
    assert!(matches!(desk.confirm(&one), Err(Refusal::Gone(_))));
    for unknown in ["0".repeat(32), guid::new().expect("random")] {
        assert!(matches!(desk.confirm(&unknown), Err(Refusal::NotFound(_))));
    }
    assert_eq!(paths(desk.confirm("1")), ["requestUid"]);

    let late = desk.register("late@b");
    let retired = desk.register("retired@b").request_guid;
    desk.office
        .execute("UPDATE associate SET deleted = 1 WHERE name LIKE 'retired-%'");
    assert!(matches!(desk.confirm(&retired), Err(Refusal::Gone(_))));
    desk.office
        .installation
        .clock
        .advance(7 * 24 * 60 * 60 - 60);
    let edge = desk.register("edge@b").request_guid;
    desk.office.installation.clock.advance(60);
    assert!(matches!(
        desk.confirm(&late.request_guid),
        Err(Refusal::Gone(_))
    ));
    desk.confirm(&edge).expect("in time");
    assert_eq!(desk.log_in(&logon(&late)), None);
}

#[test]
fn what_ended_unconfirmed_makes_room_unless_somebody_touched_it() {
    let desk = Desk::open();
    let clean = desk.rows();
    desk.register("gone@b");
    desk.register("other@b");
    desk.office.installation.clock.advance(8 * 24 * 60 * 60);
    let again = desk.register("gone@b");
    let rows = desk.rows();
    assert_eq!(
        rows[0],
        clean[0] + 1,
        "neither persons nor users are left over"
    );
    assert_eq!(rows[4], 1);
    let id = desk
        .office
        .number("SELECT associate_id FROM portal_registration");
    desk.office
        .save(User {
            tooltip: Some("we know her".into()),
            ..desk.office.get(id).expect("user")
        })
        .expect("saved");
    desk.office.installation.clock.advance(8 * 24 * 60 * 60);
    assert!(matches!(
        desk.try_register(desk.agent("gone@b")),
        Err(Refusal::Repeated)
    ));
    assert!(matches!(
        desk.confirm(&again.request_guid),
        Err(Refusal::Gone(_))
    ));
}

#[test]
fn a_step_that_fails_leaves_nothing() {
    let desk = Desk::open();
    let before = desk.rows();
    for table in [
        "portal_registration",
        "credentials",
        "licenseassoclink",
        "associate",
    ] {
        let store = &desk.office.installation.store;
        let [fail, work_again] = testing::failing(table);
        let done = store.write(move |tx| Ok(tx.execute(&fail, &[])?));
        done.expect("trigger");
        let failed = desk.try_register(desk.agent("a@b"));
        assert!(
            matches!(failed, Err(Refusal::Failed(_))),
            "{table}: {failed:?}"
        );
        assert_eq!(desk.rows(), before, "{table}");
        let done = store.write(move |tx| Ok(tx.execute(&work_again, &[])?));
        done.expect("no trigger");
    }
    desk.register("a@b");
}

#[test]
fn without_licences_nobody_registers() {
    let desk = Desk::open();
    desk.office.execute(
        "UPDATE modulelicense SET unrestricted = 0, licenseNumber = 0
         WHERE moduleName = 'extern-user-cal'",
    );
    let before = desk.rows();
    let refused = desk.try_register(desk.agent("a@b"));
    assert!(matches!(refused, Err(Refusal::NoLicense)), "{refused:?}");
    assert_eq!(desk.rows(), before);
}

#[test]
fn of_two_at_the_same_moment_one_wins() {
    let desk = Desk::open();
    let results = std::thread::scope(|scope| {
        let register = || desk.try_register(desk.agent("same@b"));
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(register)).collect();
        let results = runs.into_iter().map(|run| run.join().expect("no panic"));
        results.collect::<Vec<_>>()
    });
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    let repeated = |result: &&Result<_, Refusal>| matches!(result, Err(Refusal::Repeated));
    assert_eq!(results.iter().filter(repeated).count(), 5);

    let request = results
        .into_iter()
        .find_map(Result::ok)
        .expect("one")
        .request_guid;
    let confirmed = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| desk.confirm(&request)))
            .collect();
        let results = runs.into_iter().map(|run| run.join().expect("no panic"));
        results.filter(Result::is_ok).count()
    });
    assert_eq!(confirmed, 1);
}

#[test]
fn attempts_are_limited_by_address_and_by_portal() {
    let mut settings = Settings::default();
    settings.registration.address_per_hour = 2;
    settings.registration.portal_per_hour = 3;
    let desk = Desk::with(&settings);
    let installation = &desk.office.installation;
    let from = |address: &str| admit(installation, address.parse().expect("address"));
    for _ in 0..2 {
        assert!(from("2001:db8::1").is_ok());
    }
    let refused = from("2001:db8::2").expect_err("the same network");
    assert!(matches!(refused, Refusal::TooOften(wait) if wait.as_secs() > 1_700));
    assert!(from("10.0.0.1").is_ok());

    // Whoever lacks the key of an agency cannot use up what the portal allows.
    for _ in 0..9 {
        let stranger = AgentRegistration {
            agency_key: Some("guess".into()),
            ..desk.agent("a@b")
        };
        assert_eq!(
            paths(desk.try_register(stranger)),
            ["registration.AgencyKey"]
        );
    }
    desk.register("a@b");
    for _ in 0..2 {
        assert!(matches!(
            desk.try_register(desk.agent("a@b")),
            Err(Refusal::Repeated)
        ));
    }
    let refused = desk.try_register(desk.agent("c@b"));
    assert!(matches!(refused, Err(Refusal::TooOften(_))), "{refused:?}");
}
