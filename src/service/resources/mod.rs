//! Resources of the REST side. What they do is done by operations of the user agent, so that the
//! same rights hold; here is what makes resources of them: links, moments of change, and that
//! something is not there.

mod list;
mod patch;
mod roles;
mod sessions;
mod users;

use super::{Call, access};
use crate::contract::links::{Links, Patch};
use crate::fault::{Exception, Fault, Kind, Protocol};
use crate::model::{DateTime, Handler, Value};
use std::fmt::Display;

/// Runs an operation of an agent on the caller's behalf, who has to be let into it.
fn run<R: Handler<Call>>(call: &Call, request: R) -> Result<R::Reply, Fault> {
    access::check(call, R::OPERATION)?;
    request.handle(call)
}

/// What is there, or a fault that says what is not.
fn found<T>(value: Option<T>, what: &str, which: impl Display) -> Result<T, Fault> {
    value.ok_or_else(|| Fault::service(Exception::NotFound, format!("There is no {what} {which}.")))
}

/// The links of a resource in a collection.
fn links(call: &Call, collection: &str, id: i32) -> Links {
    let archive = format!("{}/v1/{collection}", call.api);
    Links {
        own: Some(format!("{archive}/{id}")),
        archive: Some(archive),
    }
}

/// Holds a change back when there has been another one since the moment that the caller names.
/// Moments of HTTP are whole seconds.
fn unmodified(last_modified: Option<DateTime>, since: Option<DateTime>) -> Result<(), Fault> {
    match (last_modified, since) {
        (Some(changed), Some(since)) if changed.unix_seconds() > since.unix_seconds() => {
            Err(Fault::protocol(
                Protocol::PreconditionFailed,
                "It has been changed since the moment in If-Unmodified-Since.",
            ))
        }
        _ => Ok(()),
    }
}

/// How often a patch is tried anew when the document has changed under it.
const ATTEMPTS: usize = 5;

/// Patches a document and saves it, as long as it is still the one that was read; otherwise it is
/// read and patched again.
fn patched<T: Value + Clone + PartialEq, S>(
    patch: Option<Patch>,
    read: impl Fn() -> Result<T, Fault>,
    save: impl Fn(T, T) -> Result<S, Fault>,
) -> Result<S, Fault> {
    let patch = patch::given(patch)?;
    for _ in 0..ATTEMPTS {
        let before = read()?;
        let after = patch::apply(&before, &patch)?;
        match save(before, after) {
            Err(fault) if *fault.kind() == Kind::Protocol(Protocol::Conflict) => {}
            result => return result,
        }
    }
    Err(changed())
}

/// What is answered when a document is no longer the one that a patch was made for.
fn changed() -> Fault {
    let reason = "Others are changing it at the same time.";
    Fault::protocol(Protocol::Conflict, reason)
}

/// Holds the key in a body to that of the path.
fn same_key(in_body: i32, in_path: i32, name: &str) -> Result<(), Fault> {
    if in_body == 0 || in_body == in_path {
        return Ok(());
    }
    Err(Fault::service(
        Exception::InvalidArgument,
        format!("The {name} in the body is another one than that in the path."),
    ))
}
