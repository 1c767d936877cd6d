//! What all operations share: who calls, what may come with a call, and how calls fail.

use super::schema::Schemas;
use crate::contract::rest::Problem;
use crate::contract::time_zones;
use crate::format::rest::{Media, WRITTEN};
use crate::model::{Shape, Value as _};
use serde_json::{Map, Value, json};

/// How calls fail: status, name of the component, and when.
const ERRORS: [(&str, &str, &str); 13] = [
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
        "405",
        "MethodNotAllowed",
        "The method is not allowed for what the path names.",
    ),
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
        "501",
        "NotSupported",
        "The installation lacks what the operation needs, such as an identity provider.",
    ),
    (
        "503",
        "Unavailable",
        "The store is not available, or the server busy; the call may be repeated, after `Retry-After` where it is there.",
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
        "cookie": {
            "type": "apiKey",
            "in": "cookie",
            "name": "services88-session",
            "description": "The session of a browser; see `POST /api/v1/Session`.",
        },
        "xsrf": {
            "type": "apiKey",
            "in": "header",
            "name": "X-XSRF-TOKEN",
            "description": "The value of the cookie `XSRF-TOKEN`, which comes with that session.",
        },
    })
}

/// What may come with a call beside its arguments.
pub fn parameters() -> Value {
    let parameter = |place: &str, name: &str, doc: &str, schema: Value| {
        let parameter = json!({"name": name, "in": place, "description": doc, "schema": schema});
        (component(name).to_owned(), parameter)
    };
    let text = || json!({"type": "string"});
    let zones: Vec<_> = time_zones::asked_as().collect();
    let zone = json!({
        "type": "string",
        "pattern": format!("^(({})(, ?includeTZOffset)?|includeTZOffset)?$", zones.join("|")),
        "examples": ["NO", "US-NY, includeTZOffset", "includeTZOffset"],
    });
    let all: Map<_, _> = [
        parameter("query", "$select", SELECT, text()),
        parameter("header", "Accept-Language", ACCEPT_LANGUAGE, text()),
        parameter("header", "SO-Language", SO_LANGUAGE, text()),
        parameter("header", "SO-Culture", SO_CULTURE, text()),
        parameter("header", "SO-TimeZone", SO_TIME_ZONE, zone),
        parameter("header", "SO-AppToken", SO_APP_TOKEN, text()),
        parameter("header", "If-Modified-Since", IF_MODIFIED_SINCE, text()),
        parameter("header", "If-Unmodified-Since", IF_UNMODIFIED_SINCE, text()),
    ]
    .into_iter()
    .collect();
    all.into()
}

const IF_MODIFIED_SINCE: &str = "The answer is 304 without a body when nothing has changed since. \
    What is no date of HTTP is passed over, here and below.";
const IF_UNMODIFIED_SINCE: &str = "The answer is 412, and nothing is done, when something has changed \
    since.";
const SELECT: &str = "The members that the answer is to have, with commas between; `Role/Id` is a \
    member of a member. The others are null.";
const ACCEPT_LANGUAGE: &str = "The languages in which texts are wanted that are stored in several; \
    without it they come as they are stored.";
const SO_LANGUAGE: &str = "The same for one language, and stronger; `*` asks for texts as they are \
    stored.";
const SO_CULTURE: &str = "How numbers and dates inside texts are written; there are none as yet.";
const SO_TIME_ZONE: &str = "The zone in which dates are sent and wanted: the vendor's code or \
    number, or a name of the tz database. `includeTZOffset` asks for the offset as well. Moments of \
    creation and change are in UTC whatever it says.";
const SO_APP_TOKEN: &str = "Names the calling application; needed in online mode only.";

/// What may come with a call; some of it only where there is an answer.
pub fn parameter_references(has_answer: bool) -> Vec<Value> {
    let for_answers: &[_] = match has_answer {
        true => &["$select", "Accept-Language", "SO-Language", "SO-Culture"],
        false => &[],
    };
    for_answers
        .iter()
        .chain(&["SO-TimeZone", "SO-AppToken"])
        .map(|name| reference(name))
        .collect()
}

/// A reference to a parameter.
pub fn reference(parameter: &str) -> Value {
    json!({"$ref": format!("#/components/parameters/{}", component(parameter))})
}

/// The name of a parameter as a component, which may not have all characters.
fn component(parameter: &str) -> &str {
    parameter.trim_start_matches('$')
}

/// Header fields of answers.
pub fn headers() -> Value {
    json!({
        "WWW-Authenticate": {
            "description": "How a caller can show who it is.",
            "required": true,
            "schema": {"type": "string"},
        },
        "Allow": {
            "description": "The methods that are allowed.",
            "required": true,
            "schema": {"type": "string"},
        },
        "Last-Modified": {
            "description": "When it was changed last, where that is known.",
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
    let changed = (
        "412",
        "PreconditionFailed",
        "It has changed since `If-Unmodified-Since`.",
    );
    let mut responses = Map::new();
    for (status, name, doc) in ERRORS.into_iter().chain([changed]) {
        let mut response = json!({"description": doc, "content": content});
        for (of, name) in [("401", "WWW-Authenticate"), ("405", "Allow")] {
            if of == status {
                let header = json!({"$ref": format!("#/components/headers/{name}")});
                response["headers"] = json!({name: header});
            }
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
