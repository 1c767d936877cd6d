//! Envelopes of answers: the header blocks, and the response element in the Body.

use super::Version;
use crate::contract::headers::{
    ResponseHeaders, SoExceptionInfo, SoExceptionInfoParameters, SoTimeZone,
};
use crate::fault::{Exception, Fault};
use crate::format::xml::write;
use crate::model::{Object, Operation};

/// The assembly that the original names as the source of its exceptions; some clients show it.
pub const SOURCE: &str = "SuperOffice.Services.Implementation";

/// The answer of an operation that was carried out.
pub fn success(version: Version, operation: &Operation, response: &dyn Object) -> String {
    envelope(version, None, operation, response)
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
    envelope(version, Some(info), operation, response.as_ref())
}

fn envelope(
    version: Version,
    exception: Option<SoExceptionInfo>,
    operation: &Operation,
    response: &dyn Object,
) -> String {
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
    let mut out = String::with_capacity(2048);
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
    write::element(&mut out, operation.response.name, response);
    out.push_str("</s:Body></s:Envelope>");
    out
}
