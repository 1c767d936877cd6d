//! Envelopes of answers: the header blocks, and the response element in the Body.

use super::Version;
use crate::contract::headers::{
    ResponseHeaders, SoExceptionInfo, SoExceptionInfoParameters, SoTimeZone,
};
use crate::fault::{Exception, Fault};
use crate::format::xml::write;
use crate::model::{Object, Operation};
use std::sync::LazyLock;

/// The assembly that the original names as the source of its exceptions; some clients show it.
pub const SOURCE: &str = "SuperOffice.Services.Implementation";

/// What stands before the response in every answer that went well, in SOAP 1.1 and 1.2.
static SUCCEEDED: LazyLock<[String; 2]> =
    LazyLock::new(|| [Version::Soap11, Version::Soap12].map(|version| head(version, None)));

/// Bytes of nearly all answers: a user with all that belongs to it has no more. To make room while
/// one is written takes longer than to take more than it needs.
const USUAL: usize = 24 * 1024;

/// The answer of an operation that was carried out.
pub fn success(version: Version, operation: &Operation, response: &dyn Object) -> String {
    let [soap11, soap12] = &*SUCCEEDED;
    let mut out = String::with_capacity(USUAL);
    out.push_str(match version {
        Version::Soap11 => soap11,
        Version::Soap12 => soap12,
    });
    finish(&mut out, operation, response);
    out
}

/// The answer of an operation that the service declined: the reason in the header, and in the
/// Body a response in which all is nil.
pub fn failure(
    version: Version,
    operation: &Operation,
    exception: Exception,
    fault: &Fault,
) -> String {
    let parameters = fault.parameters();
    let info = SoExceptionInfo {
        message: Some(fault.message().to_owned()),
        stack_trace: Some(String::new()),
        friendly_text: Some(fault.friendly_text().to_owned()),
        exception_type: Some(exception.full_name().to_owned()),
        source: Some(SOURCE.to_owned()),
        inner_exception: None,
        parameters: Some(SoExceptionInfoParameters(
            parameters
                .iter()
                .map(|(name, value)| (name.clone(), Some(value.clone())))
                .collect(),
        )),
    };
    let response = (operation.nil_response)();
    let mut out = head(version, Some(info));
    finish(&mut out, operation, response.as_ref());
    out
}

/// The envelope up to the start of its Body.
fn head(version: Version, exception: Option<SoExceptionInfo>) -> String {
    let headers = ResponseHeaders {
        succeeded: exception.is_none(),
        exception_info: exception,
        extra_info: None,
        // The base zone, in which all dates are written.
        time_zone: Some(SoTimeZone {
            so_time_zone_id: 1,
            so_time_zone_location_code: Some("UTC".to_owned()),
        }),
    };
    let mut out = String::with_capacity(USUAL);
    out.push_str("<s:Envelope xmlns:s=\"");
    out.push_str(version.namespace());
    out.push('"');
    write::push_declarations(&mut out);
    out.push_str("><s:Header>");
    for (index, block) in ResponseHeaders::TYPE.fields.iter().enumerate() {
        // It tells that something went wrong by being there.
        if block.name != "ExceptionInfo" || !headers.succeeded {
            write::member(&mut out, &headers, index);
        }
    }
    out.push_str("</s:Header><s:Body>");
    out
}

/// The rest of it.
fn finish(out: &mut String, operation: &Operation, response: &dyn Object) {
    write::element(out, operation.response.name, response);
    out.push_str("</s:Body></s:Envelope>");
}
