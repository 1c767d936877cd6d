//! An installation: its folder, its database, and how a fresh one is set up.

use super::common_keys;
use super::custom_commands::Command;
use super::gateway_client::Gateway;
use super::password_rules;
use super::places::{create_folder, key_source, open_store};
use super::portals::Limits;
use crate::clock::Clock;
use crate::config::{Mode, Settings};
use crate::fault::{self, Fault};
use crate::model::DateTime;
use crate::outbound::ldap::{LdapDirectory, LdapSettingError};
use crate::outbound::mail::{MailError, Mailer};
use crate::outbound::openid::{IssuerError, OpenIdProvider};
use crate::session::news::News;
use crate::session::{Sessions, password};
use crate::store::access_gateway::Registration;
use crate::store::installation::{self as rows, FirstUser, Identity};
use crate::store::transfer::refuse_half;
use crate::store::{AddressError, Remembered, Store, StoreError, secrets};
use crate::vault::{GatewayKey, GatewayKeyError, KeyError, Vault};
use std::path::{Path, PathBuf};

/// The user that a fresh installation can be entered with.
pub const ADMINISTRATOR: &str = "admin";

/// One installation: a database and all that lives around it.
pub struct Installation {
    pub store: Store,
    pub clock: Clock,
    pub sessions: Sessions,
    /// Seals the secrets that have to be given back in clear.
    pub vault: Vault,
    /// The way to the mail server, if there is one.
    pub mailer: Option<Mailer>,
    /// Commands on users, in the order in which they are offered.
    pub commands: Vec<Command>,
    /// The identity provider that stands for the access gateway, if there is one.
    pub gateway: Option<Gateway>,
    /// What is registered with it.
    pub gateway_registration: Remembered<Option<Registration>>,
    /// Opens tokens that the access gateway has encrypted, if it does.
    pub gateway_key: Option<GatewayKey>,
    /// The directory that users are chosen from, unless it is the one in the store.
    pub ldap: Option<LdapDirectory>,
    /// How often registrations in portals may be tried.
    pub registration: Limits,
    /// Who must say which application calls.
    pub mode: Mode,
}

/// What opening gave.
pub struct Opened {
    pub installation: Installation,
    /// The folder or server that has the database, without a password.
    pub place: String,
    /// The administrator's password when it was made up just now. It is nowhere else: whoever
    /// does not show it locks the operator out.
    pub generated_password: Option<String>,
}

/// Why an installation cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("cannot create the folder {}: {source}", path.display())]
    Folder {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error("{}", unopened(path, source))]
    Database { path: PathBuf, source: StoreError },
    #[error("setting {setting}: {source}: {}", fault::chain(source))]
    Address {
        setting: &'static str,
        source: AddressError,
    },
    #[error("cannot open {server}: {}", fault::chain(source))]
    Server { server: String, source: StoreError },
    /// Another node has sealed something that this one could not open.
    #[error(
        "the keys of this node are not those of {server}: give all nodes the same key_file, or the \
         same SERVICES88_KEY"
    )]
    OtherKeys { server: String },
    #[error(transparent)]
    Keys(#[from] KeyError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    #[error(transparent)]
    GatewayKey(#[from] GatewayKeyError),
    #[error(transparent)]
    Directory(#[from] LdapSettingError),
    #[error("cannot set up the installation: {0}")]
    SetUp(#[from] Fault),
}

/// Names the file once, and what the system said.
fn unopened(path: &Path, error: &StoreError) -> String {
    let reason = fault::chain(error);
    match reason.starts_with(&*path.to_string_lossy()) {
        true => reason,
        false => format!("cannot open {}: {reason}", path.display()),
    }
}

impl Installation {
    /// Opens the installation in the data folder of the settings, and makes both when there is
    /// nothing yet.
    ///
    /// A fresh one gets the administrator `admin` with the password given here, which no rule is
    /// applied to, or, when that is missing or empty, with a generated one. It also gets a few
    /// users to look at, whom nobody can log in as until they are given a password. In an
    /// installation that exists already nothing changes, and the password given is ignored.
    ///
    /// Keys that are named nowhere are made, unless something has been sealed before.
    pub fn open(
        settings: &Settings,
        clock: Clock,
        administrator_password: Option<&str>,
    ) -> Result<Opened, OpenError> {
        create_folder(&settings.data)?;
        let (store, place) = open_store(settings)?;
        let sealed = store.read(|tx| Ok(secrets::any(tx)?))?;
        let vault = Vault::open(&key_source(settings), !sealed)?;
        if store.is_shared() && !common_keys::agree(&store, &vault)? {
            return Err(OpenError::OtherKeys { server: place });
        }
        let generated_password = set_up(&store, clock.now(), administrator_password)?;
        Ok(Opened {
            installation: Self::new(store, clock, vault, settings)?,
            place,
            generated_password,
        })
    }

    /// Sets up what lives around an open database. Fails when the system has no thread to give, or
    /// the settings of mail server, access gateway or directory make no sense.
    pub fn new(
        store: Store,
        clock: Clock,
        vault: Vault,
        settings: &Settings,
    ) -> Result<Self, OpenError> {
        let news = News::new(&store, &vault)?;
        let sessions = Sessions::new(store.clone(), clock.clone(), settings.session, &news)?;
        let registration = Limits::new(settings.registration, &news);
        news.start()?;
        Ok(Self {
            mailer: Mailer::new(&settings.mail)?,
            commands: settings
                .commands
                .iter()
                .map(Command::new)
                .collect::<Result<_, _>>()?,
            gateway: OpenIdProvider::new(&settings.access_gateway)?.map(Gateway::new),
            gateway_key: GatewayKey::new(settings.access_gateway.decryption_key.reveal())?,
            ldap: LdapDirectory::new(&settings.directory)?,
            sessions,
            gateway_registration: Remembered::default(),
            registration,
            mode: settings.mode,
            store,
            clock,
            vault,
        })
    }
}

/// Sets up a database that is still without a name; gives the password when it generated one.
fn set_up(store: &Store, now: DateTime, given: Option<&str>) -> Result<Option<String>, Fault> {
    if store.read(|tx| Ok(rows::identity(tx)?))?.is_some() {
        return Ok(None);
    }
    let given = given.filter(|password| !password.is_empty());
    let generated = match given {
        Some(_) => None,
        None => Some(password_rules::generate(store)?),
    };
    let hash = password::hash(given.or(generated.as_deref()).unwrap_or_default())?;
    let identity = new_identity(now)?;
    let done = store.write(move |tx| {
        // Another process may have come first, and be copying something into it.
        refuse_half(tx, "the database")?;
        if rows::identity(tx)?.is_some() {
            return Ok(false);
        }
        rows::set_up(tx, &identity)?;
        let owner = rows::owner_company(tx)?;
        let customer = rows::add_company(tx, "Example Customer", now)?;
        for user in first_users(owner, customer, &hash) {
            rows::add_user(tx, &user, now)?;
        }
        Ok(true)
    })?;
    Ok(generated.filter(|_| done))
}

fn first_users(owner: i32, customer: i32, administrator_hash: &str) -> [FirstUser<'_>; 4] {
    // Roles and groups have the ids that the reference data gives them.
    let administrator = FirstUser {
        name: ADMINISTRATOR,
        first_name: "Ada",
        last_name: "Minister",
        email: "admin@example.com",
        tooltip: "Runs the installation",
        associate_type: rows::INTERNAL,
        contact_id: owner,
        role_id: 1,
        group_id: 1,
        other_groups: &[],
        licenses: &["user", "web"],
        password_hash: Some(administrator_hash),
    };
    [
        administrator,
        FirstUser {
            name: "nora",
            first_name: "Nora",
            last_name: "Ødegård",
            email: "nora@example.com",
            tooltip: "Sells, and helps out in support",
            role_id: 3,
            group_id: 2,
            other_groups: &[3],
            password_hash: None,
            ..administrator
        },
        FirstUser {
            name: "ulf",
            first_name: "Ulf",
            last_name: "Berg",
            email: "ulf@example.com",
            tooltip: "Looks after the users",
            role_id: 8,
            password_hash: None,
            ..administrator
        },
        FirstUser {
            name: "gita@customer.example.com",
            first_name: "Gita",
            last_name: "Sand",
            email: "gita@customer.example.com",
            tooltip: "Works for a customer",
            associate_type: rows::EXTERNAL,
            contact_id: customer,
            role_id: 10,
            group_id: 0,
            licenses: &["extern-user-cal"],
            password_hash: None,
            ..administrator
        },
    ]
}

fn new_identity(now: DateTime) -> Result<Identity, Fault> {
    let tag = u128::from_be_bytes(random()?);
    let serial = u64::from_be_bytes(random()?) % 10_000_000_000;
    Ok(Identity {
        name: "Services88".to_owned(),
        serial_number: format!("{serial:010}"),
        database_tag: format!("{tag:032x}"),
        created: now,
    })
}

fn random<const N: usize>() -> Result<[u8; N], Fault> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::super::places::database;
    use super::*;
    use std::fs;

    fn settings(dir: &tempfile::TempDir) -> Settings {
        Settings {
            data: dir.path().join("deep").join("data"),
            ..Settings::default()
        }
    }

    fn open(settings: &Settings, password: Option<&str>) -> Opened {
        Installation::open(settings, Clock::default(), password).unwrap()
    }

    /// Every user with the name of the role, and whether the given password fits.
    fn users(store: &Store, given: &str) -> Vec<(String, String, bool)> {
        store
            .read(|tx| {
                Ok(tx.query(
                    "SELECT associate.name, role.name, credentials.secret
                     FROM associate JOIN userrolelink USING (associate_id) JOIN role USING (Role_id)
                          LEFT JOIN credentials ON associateId = associate_id
                              AND credentialType = 'CRM5/PASSWORD'
                              AND searchName = lower(associate.name)
                     ORDER BY associate_id",
                    &[],
                    |row| {
                        let hash: Option<String> = row.get(2)?;
                        let fits = hash.is_some_and(|hash| password::verify(given, &hash));
                        Ok((row.get(0)?, row.get(1)?, fits))
                    },
                )?)
            })
            .unwrap()
    }

    #[test]
    fn a_fresh_installation_lets_the_administrator_in_and_nobody_else() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(&settings(&dir), None);
        let password = opened.generated_password.unwrap();
        assert_eq!(password.len(), 20);
        let found = users(&opened.installation.store, &password);
        let found: Vec<_> = found
            .iter()
            .map(|(name, role, fits)| (name.as_str(), role.as_str(), *fits))
            .collect();
        assert_eq!(
            found,
            [
                ("admin", "User level 0", true),
                ("nora", "User level 2", false),
                ("ulf", "User Administrator", false),
                ("gita@customer.example.com", "External user", false),
            ]
        );
    }

    #[test]
    fn the_administrator_can_log_in_and_may_administer() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(&settings(&dir), Some("chosen by the operator"));
        let log_in = |password| {
            let client = std::net::IpAddr::from([127, 0, 0, 1]);
            let sessions = &opened.installation.sessions;
            sessions
                .log_in(ADMINISTRATOR, Some(password), client)
                .unwrap()
        };
        let caller = log_in("chosen by the operator").unwrap().caller;
        assert!(caller.has_any_right(&["admin-all"]));
        assert_eq!((caller.role_id, caller.group_id), (1, 1));
        assert!(log_in("something else").is_none());
    }

    #[test]
    fn the_first_users_are_complete() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(&settings(&dir), Some("x"));
        let incomplete: Vec<String> = opened
            .installation
            .store
            .read(|tx| {
                Ok(tx.query(
                    "SELECT name FROM associate
                     WHERE person_id NOT IN (SELECT person_id FROM person)
                        OR associate_id NOT IN (SELECT assocId FROM licenseassoclink)
                        OR registered = '0001-01-01T00:00:00'
                        OR type = 0 AND (ejuserId NOT IN (SELECT id FROM ejuser)
                            OR group_idx NOT IN (SELECT UserGroup_id FROM usergroup)
                            OR (SELECT contact_id FROM person p WHERE p.person_id = associate.person_id)
                               NOT IN (SELECT contact_id FROM ownercontactlink))",
                    &[],
                    |row| row.get(0),
                )?)
            })
            .unwrap();
        assert!(incomplete.is_empty(), "{incomplete:?}");
    }

    #[test]
    fn opening_again_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(&dir);
        let first = open(&settings, Some("first"));
        assert_eq!(first.generated_password, None);
        first.installation.store.close();
        let file = database(&settings);
        let before = fs::read(&file).unwrap();

        let second = open(&settings, Some("second"));
        assert_eq!(second.generated_password, None);
        assert!(users(&second.installation.store, "first")[0].2);
        second.installation.store.close();
        assert!(before == fs::read(&file).unwrap());
    }

    #[test]
    fn an_empty_password_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let opened = open(&settings(&dir), Some(""));
        assert!(opened.generated_password.is_some());
        assert!(!users(&opened.installation.store, "")[0].2);
    }

    #[test]
    fn installations_differ() {
        let identities = [(); 2].map(|()| {
            let dir = tempfile::tempdir().unwrap();
            let opened = open(&settings(&dir), Some("x"));
            let identity = opened.installation.store.read(|tx| Ok(rows::identity(tx)?));
            identity.unwrap().unwrap()
        });
        assert_ne!(identities[0].database_tag, identities[1].database_tag);
        assert_ne!(identities[0].serial_number, identities[1].serial_number);
        assert_eq!(identities[0].serial_number.len(), 10);
    }

    #[test]
    fn what_stands_in_the_way_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(&dir);
        fs::create_dir_all(&settings.data).unwrap();
        fs::write(database(&settings), "something else").unwrap();
        let error = Installation::open(&settings, Clock::default(), None)
            .err()
            .unwrap();
        assert!(
            error
                .to_string()
                .contains("is not a database of services88"),
            "{error}"
        );

        fs::write(dir.path().join("file"), "").unwrap();
        let blocked = Settings {
            data: dir.path().join("file").join("data"),
            ..Settings::default()
        };
        let error = Installation::open(&blocked, Clock::default(), None)
            .err()
            .unwrap();
        assert!(matches!(error, OpenError::Folder { .. }), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_can_read_the_database() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().unwrap();
        let settings = settings(&dir);
        let _opened = open(&settings, Some("x"));
        for path in [
            settings.data.clone(),
            database(&settings),
            settings.data.join("services88.db-wal"),
            settings.data.join("services88.key"),
        ] {
            let mode = fs::metadata(&path).unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{} {mode:o}", path.display());
        }
    }
}
