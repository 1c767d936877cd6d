//! The resources below `/api/v1`: a path and a method lead to an operation, whose arguments come
//! from the path, the query, the header and the body.

use super::arguments::{missing, plain};
use super::content::Content;
use super::http_date;
use super::path::parameter;
use super::{Asked, Endpoint, NoEndpoint, body, header, media_type};
use crate::contract::RESOURCES;
use crate::contract::links::{Patch, PatchNotation};
use crate::fault::{Fault, Protocol};
use crate::model::{Field, Object, Operation, Route, Service, Shape, Slot};
use crate::service::{Call, agent};
use hyper::Method;
use std::collections::BTreeSet;

/// An operation on a resource: its service, and its position there.
#[derive(Clone, Copy, Debug)]
pub struct Resource {
    service: &'static Service,
    position: usize,
}

impl Resource {
    /// The operation.
    pub fn operation(self) -> Option<&'static Operation> {
        self.service.operations.get(self.position).copied()
    }
}

/// Finds what a path and a method lead to. Words of a path come before numbers, numbers before
/// names of enumerations, and these before any text.
pub fn find(method: &Method, segments: &[&str]) -> Result<Endpoint, NoEndpoint> {
    let wanted = match method {
        &Method::HEAD => "GET",
        method => method.as_str(),
    };
    let mut fitting = Vec::new();
    for service in RESOURCES {
        for (position, operation) in service.operations.iter().enumerate() {
            let Some(route) = operation.route else {
                continue;
            };
            if let Some(fit) = fit(operation, route, segments) {
                fitting.push((fit, route.method.name(), Resource { service, position }));
            }
        }
    }
    // A word is never taken for a name because the method is another one.
    let closest = fitting.iter().map(|(fit, ..)| fit).min().cloned();
    fitting.retain(|(fit, ..)| Some(fit) == closest.as_ref());
    if let Some((.., resource)) = fitting.iter().find(|(_, name, _)| *name == wanted) {
        return Ok(Endpoint::Resource(*resource));
    }
    if fitting.is_empty() {
        return Err(NoEndpoint::NotFound);
    }
    let mut allowed: BTreeSet<_> = fitting.iter().map(|(_, name, _)| *name).collect();
    if allowed.contains("GET") {
        allowed.insert("HEAD");
    }
    allowed.insert("OPTIONS");
    let allowed: Vec<_> = allowed.into_iter().collect();
    Err(NoEndpoint::MethodNotAllowed(allowed.join(", ")))
}

/// How loosely each segment of a path fits that of a route; `None` when one does not.
fn fit(operation: &Operation, route: Route, segments: &[&str]) -> Option<Vec<u8>> {
    let mut fits = Vec::with_capacity(segments.len());
    let mut given = segments.iter();
    for wanted in route.segments() {
        let given = given.next()?;
        fits.push(match Route::argument(wanted) {
            None if wanted.eq_ignore_ascii_case(given) => 0,
            None => return None,
            Some(name) => match argument(operation, name)?.shape {
                Shape::Int if is_number(given) => 1,
                Shape::Enum(enumeration)
                    if (enumeration.members.iter())
                        .any(|member| member.name.eq_ignore_ascii_case(given)) =>
                {
                    2
                }
                Shape::Text if !given.is_empty() && !is_number(given) => 3,
                _ => return None,
            },
        });
    }
    given.next().is_none().then_some(fits)
}

fn argument(operation: &Operation, name: &str) -> Option<&'static Field> {
    let mut fields = operation.request.fields.iter();
    fields.find(|field| field.rest_name == name)
}

fn is_number(segment: &str) -> bool {
    !segment.is_empty() && segment.bytes().all(|byte| byte.is_ascii_digit())
}

/// Runs an operation.
pub fn run(call: &Call, resource: Resource, asked: &Asked<'_>) -> Result<Content, Fault> {
    let Resource { service, position } = resource;
    let response = agent::invoke(call, service, position, |arguments| {
        let route = resource.operation().and_then(|operation| operation.route);
        let Some(route) = route else {
            return Err(Fault::internal("an operation without a route"));
        };
        for (index, field) in arguments.object_type().fields.iter().enumerate() {
            fill(arguments, index, field, route, asked)?;
        }
        Ok(())
    })?;
    Ok(Content::response(response))
}

fn fill(
    arguments: &mut dyn Object,
    index: usize,
    field: &Field,
    route: Route,
    asked: &Asked<'_>,
) -> Result<(), Fault> {
    let request = asked.request;
    let name = field.rest_name;
    let place = route
        .segments()
        .position(|segment| Route::argument(segment) == Some(name));
    if let Some(place) = place {
        let text = request.segments.get(place).map_or("", String::as_str);
        return plain(arguments.field_mut(index), name, text, asked);
    }
    match field.shape {
        Shape::Object(object) if std::ptr::eq(object(), Patch::TYPE) => {
            patch(arguments.field_mut(index), asked)
        }
        Shape::Object(_) | Shape::List(_) | Shape::Map(_) => body::read(asked, |body| {
            body.read_there(field.shape, || arguments.field_mut(index))
        }),
        Shape::DateTime => {
            // What is no date of HTTP is passed over, as HTTP has it.
            if let Some(date) = http_date::of(&request.headers, name)
                && let Slot::DateTime(place) = arguments.field_mut(index)
            {
                *place = date;
            }
            Ok(())
        }
        _ => match parameter(&request.query, name) {
            Some(text) => plain(arguments.field_mut(index), name, &text, asked),
            None if field.nillable => Ok(()),
            None => Err(missing(name)),
        },
    }
}

/// Takes the body as a patch, in the notation that its media type names. Plain JSON is a JSON Patch
/// where it is an array, which a merge patch never is.
fn patch(slot: Slot<'_>, asked: &Asked<'_>) -> Result<(), Fault> {
    let request = asked.request;
    let content_type = header(&request.headers, "content-type").unwrap_or_default();
    let charset = media_type::parameter(&content_type, "charset");
    let is_utf8 = charset.is_none_or(|charset| charset.eq_ignore_ascii_case("utf-8"));
    let text = request.body.trim_ascii_start();
    let essence = media_type::essence(&content_type).to_ascii_lowercase();
    let notation = match essence.as_str() {
        _ if !is_utf8 => None,
        "application/json-patch+json" => Some(PatchNotation::JsonPatch),
        "application/merge-patch+json" => Some(PatchNotation::MergePatch),
        "application/json" | "text/json" if text.starts_with(b"[") => {
            Some(PatchNotation::JsonPatch)
        }
        "application/json" | "text/json" => Some(PatchNotation::MergePatch),
        _ => None,
    };
    let Some(notation) = notation else {
        return Err(Fault::protocol(
            Protocol::UnsupportedMedia,
            "A patch is application/json-patch+json or application/merge-patch+json, in UTF-8.",
        ));
    };
    if let Slot::Object(patch) = slot {
        for index in 0..patch.object_type().fields.len() {
            match patch.field_mut(index) {
                Slot::Enum(_, slot) => {
                    slot.set(notation as i32);
                }
                Slot::Bytes(bytes) => *bytes = request.body.to_vec(),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(method: &Method, path: &str) -> Result<&'static str, NoEndpoint> {
        let segments: Vec<_> = path.split('/').collect();
        find(method, &segments).map(Endpoint::name)
    }

    #[test]
    fn words_come_before_numbers_and_numbers_before_names() {
        for (path, expected) in [
            ("v1/User/7", "GetUser"),
            ("v1/user/DEFAULT", "CreateDefaultUser"),
            ("v1/User/current", "GetCurrentUser"),
            ("v1/User/anna", "GetUserFromName"),
            ("v1/User/7a", "GetUserFromName"),
            ("v1/Role/7", "GetRoleEntity"),
            ("v1/Role/employee", "GetAllRoles"),
            ("v1/Role/Employee/FunctionRight", "GetAllFunctionalRights"),
            ("v1/Role/7/FunctionRight", "GetFunctionalRights"),
            ("v1/Role/7/DataRight/MyOwn", "GetAllDataRights"),
            ("v1/Role/7/DataRight/contact", "GetDataRights"),
            ("v1/Role/7/DataRight/contact/MyOwn", "GetDataRight"),
        ] {
            assert_eq!(name(&Method::GET, path), Ok(expected), "{path}");
            assert_eq!(name(&Method::HEAD, path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn what_is_there_in_another_way_is_told() {
        let allowed = |text: &str| Err(NoEndpoint::MethodNotAllowed(text.to_owned()));
        assert_eq!(
            name(&Method::POST, "v1/User/current"),
            allowed("GET, HEAD, OPTIONS")
        );
        assert_eq!(
            name(&Method::PUT, "v1/Role"),
            allowed("GET, HEAD, OPTIONS, POST")
        );
        for path in [
            "v1/User/7/x",
            "v1/Role/nobody",
            "v1/User//CustomCommand",
            "v2/User/7",
        ] {
            assert_eq!(
                name(&Method::GET, path),
                Err(NoEndpoint::NotFound),
                "{path}"
            );
        }
    }

    #[test]
    fn every_argument_has_a_place_of_its_own() {
        for service in RESOURCES {
            for operation in service.operations {
                let route = operation.route.expect("a route");
                for segment in route.segments() {
                    if let Some(name) = Route::argument(segment) {
                        assert!(
                            argument(operation, name).is_some(),
                            "{name} of {}",
                            route.path
                        );
                    }
                }
                let bodies = operation.request.fields.iter().filter(|field| {
                    matches!(
                        field.shape,
                        Shape::Object(_) | Shape::List(_) | Shape::Map(_)
                    )
                });
                assert!(bodies.count() <= 1, "{}", operation.name);
            }
        }
    }
}
