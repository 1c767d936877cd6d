//! How many characters texts may have, wherever they are checked or told of.

/// Names of users, roles and groups.
pub const NAME: usize = 239;
/// Descriptions, user names, positions and addresses of people.
pub const TEXT: usize = 254;
/// Each part of the name of a person.
pub const PERSON_NAME: usize = 99;
/// Titles and forms of address.
pub const TITLE: usize = 239;
/// Nick names of users of Service.
pub const NICK_NAME: usize = 63;
/// Each text of the log-in data for a mail server.
pub const SERVICE_AUTH: usize = 255;
/// What goes with the credentials for another system.
pub const COMMENT: usize = 255;
pub const SECRET_VALUE: usize = 70;
pub const PUBLIC_VALUE: usize = 238;

const COMPANY_NAME: usize = 219;
const COMPANY_NUMBER: usize = 49;

/// The limit of a carrier's member; 0 where it is no text, or one without a limit.
pub fn of(carrier: &str, member: &str) -> i32 {
    let limit = match (carrier, member) {
        ("User" | "RoleEntity", "Name") | ("Person", "AssociateName") => NAME,
        ("User", "Tooltip" | "UserName") | ("RoleEntity", "Tooltip") => TEXT,
        ("User", "NickName") => NICK_NAME,
        ("Person", "Firstname" | "MiddleName" | "Lastname" | "Kanafname" | "Kanalname") => {
            PERSON_NAME
        }
        ("Person", "Mrmrs" | "Title") => TITLE,
        ("Person", "Position" | "Email") => TEXT,
        ("Person", "ContactName" | "ContactDepartment") => COMPANY_NAME,
        ("Person", "ContactOrgNr") => COMPANY_NUMBER,
        ("ServiceAuth", "Server" | "AuthType" | "Username" | "Password") => SERVICE_AUTH,
        ("UntrustedCredentials", "Comment") => COMMENT,
        ("UntrustedCredentials", "SecretValue") => SECRET_VALUE,
        ("UntrustedCredentials", "PublicValue") => PUBLIC_VALUE,
        _ => 0,
    };
    i32::try_from(limit).unwrap_or(i32::MAX)
}
