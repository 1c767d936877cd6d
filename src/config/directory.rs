//! Settings of the directory that users are chosen from.

use super::Secret;
use std::path::PathBuf;
use std::time::Duration;

/// An LDAP server, and how people and groups are found there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectorySettings {
    /// `ldap://HOST:PORT` or `ldaps://HOST:PORT`; empty for the directory in the database.
    pub url: String,
    /// Whether an `ldap://` connection has to switch to TLS before anything is asked.
    pub starttls: bool,
    /// Certificates of those who may vouch for the server, in PEM; none are those of the system.
    pub ca_file: Option<PathBuf>,
    /// To log in with there; empty to ask as nobody.
    pub bind_dn: String,
    pub bind_password: Secret,
    /// Time for one look-up, from finding the server to the end of its answer.
    pub patience: Duration,
    /// Below which entry people are looked for, and which entries are people.
    pub user_base: String,
    pub user_filter: String,
    /// The same for groups; an empty base is that of people.
    pub group_base: String,
    pub group_filter: String,
    /// Attributes of people. The value is what becomes the value of a credential.
    pub value: String,
    pub account: String,
    pub display: String,
    pub first_name: String,
    pub last_name: String,
    pub mail: String,
    /// The attribute with the name of a group.
    pub group_name: String,
    /// The attribute of groups that names their members, and that of people by which they are
    /// named there.
    pub member: String,
    pub member_key: String,
    /// The attribute of people that names their groups; used in place of the two, unless empty.
    pub member_of: String,
}

impl Default for DirectorySettings {
    fn default() -> Self {
        Self {
            url: String::new(),
            starttls: false,
            ca_file: None,
            bind_dn: String::new(),
            bind_password: Secret::default(),
            patience: Duration::from_secs(10),
            user_base: String::new(),
            user_filter: "(objectClass=inetOrgPerson)".to_owned(),
            group_base: String::new(),
            group_filter: "(objectClass=groupOfNames)".to_owned(),
            value: "uid".to_owned(),
            account: "uid".to_owned(),
            display: "cn".to_owned(),
            first_name: "givenName".to_owned(),
            last_name: "sn".to_owned(),
            mail: "mail".to_owned(),
            group_name: "cn".to_owned(),
            member: "member".to_owned(),
            member_key: "entryDN".to_owned(),
            member_of: String::new(),
        }
    }
}
