//! Header blocks: what travels beside the body of a request or an answer.
//!
//! From the vendor's WSDL of 2023, which lists the blocks per message, and from what its clients
//! really send. The last three carriers are no types of the WSDL: they gather the blocks that a
//! message may have, in its order.

use crate::model::{Namespace, ObjectType, Tags, carrier, dictionary};

/// The header blocks of services that SOAP does not know.
pub static NO_BLOCKS: ObjectType = ObjectType {
    name: "NoBlocks",
    namespace: Namespace::Services88,
    fields: &[],
    inherited: 0,
    value_type: false,
    tags: Tags::NONE,
    doc: "Services of the REST side have no header blocks.",
};

carrier! {
    /// The caller's ticket. A block of every request to `User.svc`; also what a successful log-in
    /// answers.
    SoCredentials {
        /// Begins with `7T:`. Good for six hours, counted anew with each use; nil or empty is no
        /// ticket.
        ticket "Ticket": Option<String>,
    }
}

carrier! {
    /// The zone in which dates are meant: in a request the wanted one, in an answer the one in
    /// force. Moments of creation and change are in UTC whatever it says.
    SoTimeZone {
        /// Number in the vendor's list of zones, such as 1 for UTC; 0 leaves the choice to the
        /// code.
        so_time_zone_id "SoTimeZoneId": i32,
        /// Code of the zone, such as `DK`; nil or empty, with number 0, is the installation's own
        /// zone.
        so_time_zone_location_code "SoTimeZoneLocationCode": Option<String>,
    }
}

carrier! {
    /// Why an operation failed, as a header block of the answer; nil when it succeeded.
    SoExceptionInfo {
        /// What went wrong, for developers.
        message "Message": Option<String>,
        /// Always empty: the inside of the server is not told.
        stack_trace "StackTrace": Option<String>,
        /// What went wrong, for the person at the screen; may be empty, and clients then show
        /// `Message`.
        friendly_text "FriendlyText": Option<String>,
        /// Full name of the vendor's exception class, such as
        /// `SuperOffice.Exceptions.SoNotFoundException`.
        exception_type "ExceptionType": Option<String>,
        /// The part of the server that refused.
        source "Source": Option<String>,
        /// The cause, of the same shape; nil when there is none.
        inner_exception "InnerException": Option<Box<SoExceptionInfo>>,
        /// Details by name; for a failed validation, the message for each field.
        parameters "Parameters": Option<SoExceptionInfoParameters>,
    }
}

dictionary! {
    /// Details of an exception by name.
    SoExceptionInfoParameters "SoExceptionInfoParametersKeyValuePair": Option<String>;
}

dictionary! {
    /// Free remarks by name, as a header block of the answer. No content is documented; this server
    /// sends nil.
    SoExtraInfo "ExtraInfoNameValuePair": Option<String>;
}

carrier! {
    /// The header blocks of a request to `User.svc`: each member is a block of its own.
    UserRequestHeaders {
        /// Names the calling application; checked in online mode only.
        application_token "ApplicationToken": Option<String>,
        /// The ticket of the session on whose behalf the call is made.
        credentials "Credentials": Option<SoCredentials>,
        /// The zone in which the client wants its dates.
        time_zone "TimeZone": Option<SoTimeZone>,
    }
}

carrier! {
    /// The header blocks of a request to `SoPrincipal.svc`.
    PrincipalRequestHeaders {
        /// Names the calling application; checked in online mode only.
        application_token "ApplicationToken": Option<String>,
    }
}

carrier! {
    /// The header blocks of every answer: each member is a block of its own.
    ResponseHeaders {
        /// What went wrong; absent or nil when nothing did.
        exception_info "ExceptionInfo": Option<SoExceptionInfo>,
        /// Further information; the services have none to give.
        extra_info "ExtraInfo": Option<SoExtraInfo>,
        /// Whether the operation was carried out.
        succeeded "Succeeded": bool,
        /// The zone in which the dates of this answer are.
        time_zone "TimeZone": Option<SoTimeZone>,
    }
}
