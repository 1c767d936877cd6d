//! The operations of the user agent: `POST /api/v1/Agents/User/{Operation}`.

use super::arguments::{missing, plain};
use super::content::Content;
use super::path::parameter;
use super::{Asked, Endpoint, NoEndpoint, body};
use crate::contract::user_service::SERVICE;
use crate::fault::Fault;
use crate::model::{Object, Operation, Rest};
use crate::service::{Call, agent};
use hyper::Method;

/// Finds an operation by its name, in any letter case.
pub fn find(method: &Method, name: &str) -> Result<Endpoint, NoEndpoint> {
    let named = |operation: &&Operation| operation.name.eq_ignore_ascii_case(name);
    match SERVICE.operations.iter().position(named) {
        None => Err(NoEndpoint::NotFound),
        Some(position) if method == Method::POST => Ok(Endpoint::Agent(position)),
        Some(_) => Err(NoEndpoint::MethodNotAllowed(
            "GET, HEAD, POST, OPTIONS".to_owned(),
        )),
    }
}

/// The operation at a position.
pub fn operation(position: usize) -> Option<&'static Operation> {
    SERVICE.operations.get(position).copied()
}

/// Runs an operation.
pub fn run(call: &Call, position: usize, asked: &Asked<'_>) -> Result<Content, Fault> {
    let arguments = read(call, position, asked)?;
    agent::run(call, &SERVICE, position, arguments).map(Content::response)
}

/// Reads the arguments of an operation that the caller may call.
pub fn read(call: &Call, position: usize, asked: &Asked<'_>) -> Result<Box<dyn Object>, Fault> {
    let style = operation(position).map_or(Rest::Arguments, |operation| operation.rest);
    agent::read(call, &SERVICE, position, |arguments| match style {
        Rest::Arguments if arguments.object_type().fields.is_empty() => Ok(()),
        Rest::Arguments => body::read(asked, |body| body.read_object(arguments)),
        Rest::Bare => {
            let shape = arguments.object_type().fields[0].shape;
            body::read(asked, |body| {
                body.read_there(shape, || arguments.field_mut(0))
            })
        }
        Rest::Query => query(arguments, asked),
    })
}

/// Each argument is a parameter, which has to be there.
fn query(arguments: &mut dyn Object, asked: &Asked<'_>) -> Result<(), Fault> {
    let fields = arguments.object_type().fields;
    for (index, field) in fields.iter().enumerate() {
        let name = field.rest_name;
        let text = parameter(&asked.request.query, name).ok_or_else(|| missing(name))?;
        plain(arguments.field_mut(index), name, &text, asked)?;
    }
    Ok(())
}
