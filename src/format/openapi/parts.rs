//! What all operations share: who calls, what may come with a call, and how calls fail.

use super::schema::Schemas;
use crate::contract::rest::Problem;
use crate::format::rest::{Media, WRITTEN};
use crate::model::{Shape, Value as _};
use serde_json::{Map, Value, json};

/// How calls fail: status, name of the component, and when.
const ERRORS: [(&str, &str, &str); 11] = [
    (
        "400",
        "BadRequest",
        "The request cannot be read, or what it asks for is not valid.",
    ),
    (
        "401",
        "Unauthorized",
        "The caller does not show who it is, or is not let in.",
    ),
    (
        "403",
        "Forbidden",
        "The caller may not do this, or a licence is missing.",
    ),
    ("404", "NotFound", "What the call is about does not exist."),
    (
        "406",
        "NotAcceptable",
        "None of the media types of `Accept` can be written.",
    ),
    ("408", "RequestTimeout", "The body took too long to arrive."),
    ("409", "Conflict", "Something like it exists already."),
    ("413", "ContentTooLarge", "The body is too large."),
    (
        "415",
        "UnsupportedMediaType",
        "The body is of a media type, character set or coding that is not read.",
    ),
    ("500", "ServerError", "The server failed."),
    (
        "503",
        "Unavailable",
        "The store is not available; the call may be repeated.",
    ),
];

/// How to show who calls.
pub fn security_schemes() -> Value {
    json!({
        "basic": {
            "type": "http",
            "scheme": "basic",
            "description": "Name and password; not in online mode.",
        },
        "ticket": {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "The word `SOTicket`, a space, and a ticket, which begins with `7T:`.",
        },
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "An access token, which begins with `8A:`.",
        },
    })
}

/// What may come with every call.
pub fn parameters() -> Value {
    json!({
        "SO-AppToken": {
            "name": "SO-AppToken",
            "in": "header",
            "description": "Names the calling application; needed in online mode only.",
            "schema": {"type": "string"},
        },
    })
}

/// References to them.
pub fn parameter_references() -> Vec<Value> {
    vec![json!({"$ref": "#/components/parameters/SO-AppToken"})]
}

/// Header fields of answers.
pub fn headers() -> Value {
    json!({
        "WWW-Authenticate": {
            "description": "How a caller can show who it is.",
            "required": true,
            "schema": {"type": "string"},
        },
        "ETag": {
            "description": "Identifies the content.",
            "schema": {"type": "string"},
        },
    })
}

/// The answers to calls that fail.
pub fn responses(schemas: &mut Schemas) -> Map<String, Value> {
    let content = content(&WRITTEN, &schemas.of(Problem::SHAPE));
    let mut responses = Map::new();
    for (status, name, doc) in ERRORS {
        let mut response = json!({"description": doc, "content": content});
        if status == "401" {
            let header = json!({"$ref": "#/components/headers/WWW-Authenticate"});
            response["headers"] = json!({"WWW-Authenticate": header});
        }
        responses.insert(name.to_owned(), response);
    }
    responses
}

/// The answers of an operation: what it says, and how it fails.
pub fn answers(schemas: &mut Schemas, says: Option<(Shape, bool)>) -> Map<String, Value> {
    let mut answers = Map::new();
    match says {
        None => {
            let done = json!({"description": "Done; there is nothing to say."});
            answers.insert("204".to_owned(), done);
        }
        Some((shape, nillable)) => {
            let schema = match nillable {
                true => schemas.or_null(shape),
                false => schemas.of(shape),
            };
            let content = content(&WRITTEN, &schema);
            let told = json!({"description": "What the operation answers.", "content": content});
            answers.insert("200".to_owned(), told);
        }
    }
    for (status, name, _) in ERRORS {
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        answers.insert(status.to_owned(), reference);
    }
    answers
}

/// The same schema in several notations.
pub fn content(media: &[Media], schema: &Value) -> Map<String, Value> {
    let one = |media: &Media| (media.name.to_owned(), json!({"schema": schema}));
    media.iter().map(one).collect()
}
