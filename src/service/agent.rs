//! The one door to the behaviour: an operation and its arguments in, its response out.
//!
//! Nothing above knows what is behind it, so that an installation without a store of its own
//! can take its place.

use super::{Call, access};
use crate::contract::{
    principal_service, role_resources, session_resources, user_resources, user_service,
};
use crate::fault::Fault;
use crate::model::{Effort, Handling, Later, Object, Service};
use std::sync::LazyLock;

type Handlers = Vec<(&'static Service, Vec<Handling<Call>>)>;

static HANDLERS: LazyLock<Handlers> = LazyLock::new(|| {
    vec![
        (&user_service::SERVICE, user_service::handlers()),
        (&principal_service::SERVICE, principal_service::handlers()),
        (&user_resources::SERVICE, user_resources::handlers()),
        (&role_resources::SERVICE, role_resources::handlers()),
        (&session_resources::SERVICE, session_resources::handlers()),
    ]
});

/// Runs the operation at `position` in a service. Its arguments are read by `fill` only when the
/// caller may call it, so that nobody else learns what is wrong with them.
pub fn invoke(
    call: &Call,
    service: &'static Service,
    position: usize,
    fill: impl FnOnce(&mut dyn Object) -> Result<(), Fault>,
) -> Result<Box<dyn Object>, Fault> {
    let request = read(call, service, position, fill)?;
    run(call, service, position, request)
}

/// The first part of [`invoke`]: the arguments of an operation that the caller may call.
pub fn read(
    call: &Call,
    service: &'static Service,
    position: usize,
    fill: impl FnOnce(&mut dyn Object) -> Result<(), Fault>,
) -> Result<Box<dyn Object>, Fault> {
    let operation = service.operations.get(position);
    let operation = operation.ok_or_else(|| no_handler(service, position))?;
    access::check(call, operation)?;
    let mut request = (operation.new_request)();
    fill(request.as_mut())?;
    Ok(request)
}

/// The second part of [`invoke`].
pub fn run(
    call: &Call,
    service: &'static Service,
    position: usize,
    request: Box<dyn Object>,
) -> Result<Box<dyn Object>, Fault> {
    match handling(service, position) {
        Some(handling) => (handling.invoke)(call, request),
        None => Err(no_handler(service, position)),
    }
}

/// The second part of [`invoke`] on a thread that must not wait. Gives the arguments back when it
/// would have to, for anything but the store.
pub fn begin(
    call: &Call,
    service: &'static Service,
    position: usize,
    request: Box<dyn Object>,
) -> Result<Later<Box<dyn Object>>, Box<dyn Object>> {
    match handling(service, position) {
        Some(handling) => (handling.begin)(call, request),
        None => Err(request),
    }
}

fn no_handler(service: &Service, position: usize) -> Fault {
    Fault::internal(format!("no handler at {position} of {}", service.name))
}

/// How long the operation at `position` in a service keeps its thread.
pub fn effort(service: &'static Service, position: usize) -> Effort {
    handling(service, position).map_or(Effort::Short, |handling| handling.effort)
}

fn handling(service: &'static Service, position: usize) -> Option<&'static Handling<Call>> {
    let (_, handlings) = HANDLERS
        .iter()
        .find(|(found, _)| std::ptr::eq(*found, service))?;
    handlings.get(position)
}
