//! Registration in portals, which has bodies, namespaces and errors of its own.

use super::schema::{Schemas, root};
use super::{parts, text};
use crate::contract::portal::{
    AgentRegistration, REGISTRATION_RULES, UserConfirmationViewModel, UserViewModel,
};
use crate::format::rest::{Media, READ, WRITTEN};
use crate::model::{Shape, Value as _};
use serde_json::{Map, Value, json};

/// What these operations are grouped by.
pub const TAG: &str = "Portals";

const ORDER: &str =
    "Elements of XML are in the namespace of their type, and may come in any order.";

/// How calls fail.
const ERRORS: [(&str, &str); 11] = [
    ("400", "What breaks a rule is named in `ModelState`."),
    ("404", "There is no such portal, or no such registration."),
    ("405", "The method is not allowed."),
    ("408", "The body took too long to arrive."),
    (
        "409",
        "The e-mail address is registered in the portal already.",
    ),
    (
        "410",
        "The registration has been confirmed already, or has ended.",
    ),
    ("413", "The body is too large."),
    (
        "415",
        "The body is of a media type, character set or coding that is not read.",
    ),
    ("429", "There were too many attempts."),
    ("500", "The server failed."),
    (
        "503",
        "There is no licence left for further users, or the server is busy.",
    ),
];

/// Adds the paths.
pub fn describe(paths: &mut Map<String, Value>, schemas: &mut Schemas) {
    let bodies: Vec<Media> = of_portals(&READ);
    let registration = schemas.given(AgentRegistration::TYPE.name, registration());
    let mut register = operation(
        "Register",
        "Registers an agent.",
        "The user that is made waits until the registration is confirmed.",
        "portalUid",
    );
    register["requestBody"] = json!({
        "required": true,
        "description": ORDER,
        "content": parts::content(&bodies, &registration),
    });
    register["responses"] = responses(schemas, UserConfirmationViewModel::SHAPE).into();
    let mut confirm = operation(
        "Confirm",
        "Confirms a registration.",
        "This can be done once, and in time; afterwards the user can log in.",
        "requestUid",
    );
    confirm["responses"] = responses(schemas, UserViewModel::SHAPE).into();
    for (path, operation) in [
        ("/api/v1/portals/{portalUid}/agents/registration", register),
        ("/api/v1/registration/confirmation/{requestUid}", confirm),
    ] {
        paths.insert(path.to_owned(), json!({"post": operation}));
    }
}

fn operation(id: &str, summary: &str, description: &str, parameter: &str) -> Value {
    json!({
        "tags": [TAG],
        "operationId": format!("v1Portals_{id}"),
        "summary": summary,
        "description": description,
        // Portals are not below a tenant.
        "servers": [{"url": "/"}],
        "security": [],
        "parameters": [{
            "name": parameter,
            "in": "path",
            "required": true,
            "schema": {"type": "string", "format": "uuid"},
        }],
    })
}

/// The media types of portals are those that are no patches.
fn of_portals(media: &[Media]) -> Vec<Media> {
    let media = media.iter().copied();
    media.filter(|it| !it.name.ends_with("+json")).collect()
}

fn responses(schemas: &mut Schemas, shape: Shape) -> Map<String, Value> {
    let media = of_portals(&WRITTEN);
    let done = parts::content(&media, &schemas.of(shape));
    let error = schemas.given("HttpError", error());
    let mut responses = Map::new();
    responses.insert(
        "200".to_owned(),
        json!({"description": "Done.", "content": done}),
    );
    for (status, doc) in ERRORS {
        let content = parts::content(&media, &error);
        let mut response = json!({"description": doc, "content": content});
        if status == "429" {
            let header = json!({
                "description": "Seconds after which the next attempt may be made.",
                "required": true,
                "schema": {"type": "integer", "minimum": 1},
            });
            response["headers"] = json!({"Retry-After": header});
        }
        responses.insert(status.to_owned(), response);
    }
    responses
}

/// The registration, with the rules for its members.
fn registration() -> Value {
    let object = AgentRegistration::TYPE;
    let rules = REGISTRATION_RULES.iter().zip(object.fields);
    let properties: Map<_, _> = rules
        .map(|(rule, field)| {
            let doc = text(field.doc);
            let mut schema = json!({
                "type": ["string", "null"],
                "maxLength": rule.longest,
                "description": format!("{doc} Length is counted in UTF-16 units."),
            });
            if rule.required {
                schema["type"] = "string".into();
                schema["pattern"] = "\\S".into();
            }
            (rule.member.to_owned(), schema)
        })
        .collect();
    let required = REGISTRATION_RULES.iter().filter(|rule| rule.required);
    json!({
        "type": "object",
        "description": text(object.doc),
        "properties": properties,
        "required": required.map(|rule| rule.member).collect::<Vec<_>>(),
        "xml": root(object),
    })
}

/// As [`HttpError`](crate::format::aspnet::HttpError) writes it.
fn error() -> Value {
    json!({
        "type": "object",
        "description": "Why a request was not done.",
        "properties": {
            "Message": {"type": "string", "description": "The reason, for people."},
            "ModelState": {
                "type": "object",
                "description": "Reasons by what is wrong, such as `registration.Email`.",
                "additionalProperties": {"type": "array", "items": {"type": "string"}},
            },
        },
        "required": ["Message"],
        "xml": {"name": "Error"},
    })
}
