//! Ways to prove who one is, here and elsewhere.
//!
//! From the WSDL of 2023 and the REST description of 2026. Secrets are written by callers; where
//! one comes back, its field says so.

use crate::model::{DateTime, carrier, enumeration};

carrier! {
    /// One way for a user to log in. A user has at most one of each type.
    Credential: Carrier {
        /// Which way; nil is refused in a save.
        r#type "Type": Option<CredentialType>,
        /// What identifies or proves: a password, the SID of a directory account. Never comes back
        /// for secrets.
        value "Value": Option<String>,
        /// What people see of it, such as an account name.
        display_value "DisplayValue": Option<String>,
    }
}

carrier! {
    /// A way to log in that the installation offers.
    CredentialType: Carrier {
        /// Name for people.
        display_type "DisplayType": Option<String>,
        /// Identifies the type, such as `CRM5/PASSWORD` or `ActiveDirectory`; at most 254
        /// characters.
        r#type "Type": Option<String>,
        /// Sentence for people.
        description "Description": Option<String>,
        /// What an input form should show for the value.
        value_control "ValueControl": CredentialControlType,
        /// A person can be made from what the credential tells.
        can_create_person "CanCreatePerson": bool,
        /// The user has a user name beside the credential.
        is_user_name_supported "IsUserNameSupported": bool,
    }
}

enumeration! {
    /// What an input form shows for the value of a credential.
    CredentialControlType {
        /// Text to read.
        Static = 0,
        /// Text to edit.
        Edit = 1,
        /// Text to edit unseen.
        Password = 2,
        /// A choice from a directory; see the operations that find credential groups and users.
        Link = 3,
        /// Nothing.
        Hidden = 4,
    }
}

carrier! {
    /// A group of a directory.
    CredentialsGroup: Carrier {
        /// Identifies the group when its users are asked for.
        name "Name": Option<String>,
        /// Name for people.
        display_name "DisplayName": Option<String>,
    }
}

carrier! {
    /// Users of a directory, as a table.
    CredentialsGroupUsers: Carrier {
        /// Titles of the columns, without that of the user.
        headings "Headings": Option<Vec<String>>,
        /// The lines.
        users "Users": Option<Vec<CredentialUser>>,
    }
}

carrier! {
    /// A user of a directory, as a line of a table.
    CredentialUser: Carrier {
        /// What becomes the value of the credential, such as a SID.
        value "Value": Option<String>,
        /// What people see of it.
        display_value "DisplayValue": Option<String>,
        /// The cells, in the order of the headings.
        columns "Columns": Option<Vec<String>>,
        /// False when the directory does not tell first and last name.
        can_create_person "CanCreatePerson": bool,
    }
}

carrier! {
    /// A secret that a user keeps here to log in to another system, such as a mail server. It is
    /// never good for a log-in to this one.
    UntrustedCredentials: Carrier {
        /// Not to be used before.
        valid_from "ValidFrom": DateTime,
        /// Not to be used after; 9999-12-31 stands for no end.
        valid_to "ValidTo": DateTime,
        /// At most 255 characters.
        comment "Comment": Option<String>,
        /// Password or the like, at most 70 characters. Comes back in clear to its owner and to
        /// system users, blank to others.
        secret_value "SecretValue": Option<String>,
        /// User name or the like, at most 238 characters; with the type, it identifies the entry.
        public_value "PublicValue": Option<String>,
        /// False when the entry is only kept.
        is_active "IsActive": bool,
    }
}

carrier! {
    /// A credential with which a log-in was made, as far as it may be told.
    ProvidedCredential {
        /// Type of credential, such as `Ticket`.
        r#type "Type": Option<String>,
        /// What the credential is found by, such as the user name; never a secret.
        search_name "SearchName": Option<String>,
        /// What people see of it.
        display_name "DisplayName": Option<String>,
        /// Key of the stored credential; 0 for one that is not stored.
        credential_id "CredentialId": i32,
    }
}

carrier! {
    /// How to log in to a mail server. Only its owner and administrators get to see it.
    ServiceAuth: Carrier {
        /// Key; 0 makes a save create the row.
        service_auth_id "ServiceAuthId": i32,
        /// Host name, at most 255 characters.
        server "Server": Option<String>,
        /// TCP port.
        port "Port": i32,
        /// Method of the log-in, at most 255 characters.
        auth_type "AuthType": Option<String>,
        /// At most 255 characters.
        username "Username": Option<String>,
        /// In clear here, encrypted in the store; at most 255 characters.
        password "Password": Option<String>,
    }
}

carrier! {
    /// Tokens of another identity provider.
    TokenManagementInfo: Carrier {
        /// Name of the provider.
        provider "Provider": Option<String>,
        /// In clear, unless the operation decrypts it.
        access_token "AccessToken": Option<String>,
        /// In clear, unless the operation decrypts it.
        refresh_token "RefreshToken": Option<String>,
    }
}

carrier! {
    /// How the installation is registered with the access gateway, which leads to other identity
    /// providers. Both members are empty before the registration.
    AccessGatewayInfo: Carrier {
        /// Identifies the installation; stays the same when it registers again.
        client_id "ClientId": Option<String>,
        /// Address to which the gateway sends browsers back.
        redirect_uri "RedirectUri": Option<String>,
    }
}
