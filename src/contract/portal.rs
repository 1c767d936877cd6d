//! What agents of agencies exchange with a portal: a registration, its confirmation, and the user
//! that comes of it.
//!
//! These are not the services' own carriers but those of an ASP.NET Web API; namespaces, members
//! and limits are from its description. Unique identifiers are texts here: 32 hexadecimal digits
//! in groups of 8, 4, 4, 4 and 12, with hyphens between.

use crate::model::carrier;

carrier! {
    /// What an agent says of itself to become a user of a portal.
    AgentRegistration in PortalModels, base 0 {
        /// E-mail address; one registration of each in a portal.
        email "Email": Option<String>,
        /// Password to log in with.
        password "Password": Option<String>,
        /// First name.
        forename "Forename": Option<String>,
        /// Last name.
        surname "Surname": Option<String>,
        /// Title of the job.
        job_title "JobTitle": Option<String>,
        /// Telephone number at the desk.
        telephone "Telephone": Option<String>,
        /// Number of the mobile telephone.
        mobile "Mobile": Option<String>,
        /// Key that the agency was given for the portal. Secret.
        agency_key "AgencyKey": Option<String>,
    }
}

carrier! {
    /// What became of a registration.
    UserConfirmationViewModel in PortalViews, base 0 {
        /// The user that was made.
        user "User": Option<UserViewModel>,
        /// E-mail address as it was registered.
        email "Email": Option<String>,
        /// Unique identifier that confirms the registration, once. Secret.
        request_guid "RequestGuid": String,
        /// Reference of a candidate; nil, since agents are none.
        candidate_reference "CandidateReference": Option<String>,
    }
}

carrier! {
    /// A user of a portal.
    UserViewModel in PortalViews, base 4 {
        /// Unique identifier of the user.
        uid "Uid": String,
        /// Where to go from here.
        links "Links": Option<Vec<Link>>,
        /// When the user was changed last, with the offset from UTC.
        date_updated "DateUpdated": String,
        /// Log-on name of whoever did that.
        updated_by "UpdatedBy": Option<String>,
        /// Log-on name.
        logon "Logon": Option<String>,
        /// First name.
        forename "Forename": Option<String>,
        /// Last name.
        surname "Surname": Option<String>,
        /// Names between these.
        other_names "OtherNames": Option<String>,
        /// Whether the user may log in, as far as the registration is concerned.
        is_confirmed "IsConfirmed": bool,
        /// Reference of a candidate; nil, since agents are none.
        candidate_reference "CandidateReference": Option<String>,
        /// Secret of a second factor; nil, since there is none.
        secret_key_2fa "SecretKey2FA": Option<String>,
        /// Whether everybody needs a second factor.
        is_2fa_site_wide "Is2FASiteWide": bool,
    }
}

carrier! {
    /// An address that belongs to what it comes with.
    Link in PortalModels, base 0 {
        /// The address, absolute.
        href "Href": Option<String>,
        /// Method of HTTP to use there.
        method "Method": Option<String>,
        /// What it is to what it comes with.
        rel "Rel": Option<String>,
        /// What it is, for people.
        title "Title": Option<String>,
        /// Media type of what comes back.
        r#type "Type": Option<String>,
    }
}

/// What a text of a registration has to be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRule {
    /// Name of the member.
    pub member: &'static str,
    /// Whether it has to hold more than white space.
    pub required: bool,
    /// UTF-16 units at most.
    pub longest: usize,
}

const fn text(member: &'static str, required: bool, longest: usize) -> TextRule {
    TextRule {
        member,
        required,
        longest,
    }
}

/// The rules for the members of [`AgentRegistration`], in their order.
pub const REGISTRATION_RULES: [TextRule; 8] = [
    text("Email", true, 255),
    text("Password", true, 255),
    text("Forename", false, 100),
    text("Surname", false, 100),
    text("JobTitle", false, 100),
    text("Telephone", false, 100),
    text("Mobile", false, 100),
    text("AgencyKey", true, 50),
];

#[cfg(test)]
mod tests {
    use super::{AgentRegistration, REGISTRATION_RULES};

    #[test]
    fn every_member_of_a_registration_has_its_rule() {
        let members = AgentRegistration::TYPE.fields.iter();
        assert!(
            members
                .map(|field| field.name)
                .eq(REGISTRATION_RULES.map(|rule| rule.member))
        );
    }
}
