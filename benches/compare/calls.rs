//! The calls that are measured.

use crate::envelopes;
use crate::messages::Message;
use services88::format::json::Json;
use services88::model::Value;

pub const NAMESPACE: &str = "http://www.superoffice.net/ws/crm/NetServer/Services88";
const USER: &str = "/Remote/Services88/User.svc";
const AGENT: &str = "/api/v1/Agents/User";
/// A request, and what its answer has to contain.
pub struct Call {
    pub name: &'static str,
    method: &'static str,
    path: String,
    fields: String,
    body: String,
    pub expected: &'static str,
    /// Whether it is measured beside a bare scan of its XML, too.
    pub is_scanned: bool,
}

/// Names of calls that marks are set for.
pub const SMALL: &str = "GetAccessGatewayInfo";
pub const REGISTER: &str = "RegisterWithAccessGateway, same URI";
pub const CHANGE_PRINTED: &str = "ChangeUserType to the same, as printed";
pub const CHANGE_FILLED: &str = "ChangeUserType to the same, filled";
pub const CHANGE_CLIENT: &str = "ChangeUserType to the same, filled, SOAP 1.1";
pub const SAVE_PRINTED: &str = "SaveUser, as printed";
pub const SAVE_FILLED: &str = "SaveUser, filled";
/// What peers do with a user: read it, and answer it.
pub const SAVE_CLIENT: &str = "SaveUser, filled, SOAP 1.1";

/// What answers contain that say that all went well.
const SUCCEEDED: &str = "Succeeded>true<";
const REDIRECT_URI: &str = "https://crm.example.com/signed-in";

impl Call {
    /// A call of an operation by SOAP 1.1.
    pub fn soap(name: &'static str, operation: &str, body: String) -> Self {
        Self {
            name,
            method: "POST",
            path: USER.to_owned(),
            fields: format!(
                "Content-Type: text/xml; charset=utf-8\r\n\
                 SOAPAction: \"{NAMESPACE}/User/{operation}\"\r\n"
            ),
            body,
            expected: SUCCEEDED,
            is_scanned: false,
        }
    }

    /// A call of an operation by REST.
    fn rest(
        name: &'static str,
        path: &str,
        ticket: &str,
        body: String,
        expected: &'static str,
    ) -> Self {
        let fields = format!(
            "Accept: application/json\r\nContent-Type: application/json; charset=utf-8\r\n\
             Authorization: SOTicket {ticket}\r\n"
        );
        Self {
            name,
            method: "POST",
            path: format!("{AGENT}/{path}"),
            fields,
            body,
            expected,
            is_scanned: false,
        }
    }

    fn scanned(mut self) -> Self {
        self.is_scanned = true;
        self
    }

    pub fn message(&self) -> Message {
        self.at(&self.path)
    }

    /// The same request to another path.
    pub fn at(&self, path: &str) -> Message {
        Message::new(self.method, path, &self.fields, &self.body)
    }

    /// Bytes of the body, with its numbers.
    pub fn length(&self) -> usize {
        self.body.len() - self.body.matches("{number}").count() * "{number}".len()
            + self.body.matches("{number}").count() * 8
    }
}

/// Calls that leave the database as it is.
pub fn reading(ticket: &str, users: &[i64]) -> Vec<Call> {
    let user = users.last().expect("a user");
    let soap = |name, operation| Call::soap(name, operation, envelopes::client(operation, ticket));
    let rest =
        |name, path: &str, body: String, expected| Call::rest(name, path, ticket, body, expected);
    let mut get_user = soap("GetUser", "GetUser");
    get_user.body = get_user
        .body
        .replace("UserId>0<", &format!("UserId>{user}<"));
    let mut refused = soap("GetUser with a ticket that is not good", "GetUser");
    refused.body = get_user
        .body
        .replace(ticket, "7T:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    refused.expected = "Succeeded>false<";
    let mut wsdl = Call::soap("`?wsdl`", "", String::new());
    wsdl.method = "GET";
    wsdl.path += "?wsdl";
    wsdl.expected = "definitions";
    let keys = users
        .iter()
        .map(|user| format!("<arr:int>{user}</arr:int>"));
    let mut list = soap("GetUserInfoList of 100", "GetUserInfoList");
    list.body = list
        .body
        .replace("<arr:int>0</arr:int>", &keys.collect::<String>());
    let user_json = json(ticket, *user);
    vec![
        small(ticket),
        register(ticket),
        change(
            CHANGE_PRINTED,
            &envelopes::printed("ChangeUserType", ticket),
            *user,
        )
        .scanned(),
        change(
            CHANGE_FILLED,
            &envelopes::fill(&envelopes::printed("ChangeUserType", ticket)),
            *user,
        )
        .scanned(),
        get_user,
        list,
        refused,
        wsdl,
        rest(
            "REST GetAccessGatewayInfo",
            "GetAccessGatewayInfo",
            String::new(),
            "ClientId",
        ),
        rest(
            "REST RegisterWithAccessGateway, same URI",
            "RegisterWithAccessGateway",
            format!("{{\"RedirectUri\":\"{REDIRECT_URI}\"}}"),
            REDIRECT_URI,
        ),
        rest(
            "REST ChangeUserType to the same, filled",
            "ChangeUserType",
            format!("{{\"User\":{user_json},\"UserType\":\"InternalAssociate\"}}"),
            "InternalAssociate",
        ),
        rest(
            "REST GetUser",
            &format!("GetUser?userId={user}"),
            String::new(),
            "InternalAssociate",
        ),
        rest(
            "REST GetUserInfoList of 100",
            "GetUserInfoList",
            format!("{users:?}"),
            "UserName",
        ),
    ]
}

/// Calls that store a new user each.
pub fn saving(ticket: &str) -> Vec<Call> {
    let envelope = envelopes::printed("SaveUser", ticket);
    let filled = envelopes::fill(&envelope);
    let json = as_json(&filled);
    vec![
        Call::soap(SAVE_PRINTED, "SaveUser", envelope),
        save(ticket),
        Call::rest(
            "REST SaveUser, filled",
            "SaveUser",
            ticket,
            json,
            "InternalAssociate",
        ),
    ]
}

/// SaveUser of a new user, filled.
pub fn save(ticket: &str) -> Call {
    let envelope = envelopes::printed("SaveUser", ticket);
    Call::soap(SAVE_FILLED, "SaveUser", envelopes::fill(&envelope))
}

/// The smallest call.
pub fn small(ticket: &str) -> Call {
    let operation = "GetAccessGatewayInfo";
    Call::soap(SMALL, operation, envelopes::client(operation, ticket))
}

/// SaveUser of about so many bytes, of which most are one text. It is read, and refused.
pub fn large(ticket: &str, bytes: usize) -> Call {
    let envelope = envelopes::printed("SaveUser", ticket);
    let text = "x".repeat(bytes - envelope.len());
    let envelope = envelope.replacen(
        "Tooltip xsi:type=\"xsd:string\">",
        &format!("Tooltip xsi:type=\"xsd:string\">{text}"),
        1,
    );
    Call {
        expected: "Succeeded>false<",
        ..Call::soap("", "SaveUser", envelope)
    }
}

/// RegisterWithAccessGateway with the same address every time.
pub fn register(ticket: &str) -> Call {
    let operation = "RegisterWithAccessGateway";
    let envelope = envelopes::client(operation, ticket);
    let filled = format!("RedirectUri>{REDIRECT_URI}<");
    Call::soap(
        REGISTER,
        operation,
        envelope.replace("RedirectUri><", &filled),
    )
}

/// What ours and peers are given alike but for the name of the operation: a user is read and
/// answered, and nothing is stored.
pub fn beside_peers(ticket: &str, user: i64) -> [Call; 2] {
    let envelope = valid(&envelopes::printed("ChangeUserType", ticket));
    let register = Call {
        expected: "RegisterWithAccessGatewayResponse",
        ..register(ticket)
    };
    [
        register,
        change(CHANGE_CLIENT, &envelopes::fill(&envelope), user),
    ]
}

/// The same for peers.
pub fn of_peers() -> [Call; 2] {
    let [register, _] = beside_peers("7T:any", 1);
    let envelope = valid(&envelopes::printed("SaveUser", "7T:any"));
    let filled = envelopes::fill(&envelope).replace("{number}", "1");
    let save = Call {
        expected: "SaveUserResponse",
        ..Call::soap(SAVE_CLIENT, "SaveUser", filled)
    };
    [register, save]
}

/// ChangeUserType of a stored user to the type that it has.
fn change(name: &'static str, envelope: &str, user: i64) -> Call {
    let mut envelope = envelope
        .replace("{number}", "1")
        .replace(">Unknown<", ">InternalAssociate<");
    let id = envelope.find("AssociateId").expect("an id");
    let zero = id + envelope[id..].find(">0<").expect("its value");
    envelope.replace_range(zero + 1..zero + 2, &user.to_string());
    Call::soap(name, "ChangeUserType", envelope)
}

/// The user of [`change`].
fn json(ticket: &str, user: i64) -> String {
    let envelope = envelopes::fill(&envelopes::printed("SaveUser", ticket));
    let changed = change("", &envelope, user);
    as_json(&changed.body)
}

/// The user in a SaveUser envelope as JSON.
fn as_json(envelope: &str) -> String {
    let user = envelopes::user(envelope);
    serde_json::to_string(&Json(user.view())).expect("JSON")
}

/// A printed envelope as valid SOAP 1.1: its header blocks stand outside of any Header.
fn valid(printed: &str) -> String {
    [
        (
            "http://www.w3.org/2003/05/soap-envelope",
            "http://schemas.xmlsoap.org/soap/envelope/",
        ),
        (
            "http://www.w3.org/2003/05/soap-encoding",
            "http://schemas.xmlsoap.org/soap/encoding/",
        ),
        (
            "<User:ApplicationToken>",
            "<SOAP-ENV:Header><User:ApplicationToken>",
        ),
        ("<SOAP-ENV:Body>", "</SOAP-ENV:Header><SOAP-ENV:Body>"),
    ]
    .into_iter()
    .fold(printed.to_owned(), |envelope, (printed, valid)| {
        assert_eq!(envelope.matches(printed).count(), 1, "{printed}");
        envelope.replace(printed, valid)
    })
}
