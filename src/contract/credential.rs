//! Ways to prove who one is, here and elsewhere.

use crate::model::{DateTime, carrier, enumeration};

carrier! {
    /// Credential
    Credential: Carrier {
        r#type "Type": Option<CredentialType>,
        value "Value": Option<String>,
        display_value "DisplayValue": Option<String>,
    }
}

carrier! {
    /// CredentialType
    CredentialType: Carrier {
        display_type "DisplayType": Option<String>,
        r#type "Type": Option<String>,
        description "Description": Option<String>,
        value_control "ValueControl": CredentialControlType,
        can_create_person "CanCreatePerson": bool,
        is_user_name_supported "IsUserNameSupported": bool,
    }
}

enumeration! {
    /// CredentialControlType
    CredentialControlType {
        Static = 0,
        Edit = 1,
        Password = 2,
        Link = 3,
        Hidden = 4,
    }
}

carrier! {
    /// CredentialsGroup
    CredentialsGroup: Carrier {
        name "Name": Option<String>,
        display_name "DisplayName": Option<String>,
    }
}

carrier! {
    /// CredentialsGroupUsers
    CredentialsGroupUsers: Carrier {
        headings "Headings": Option<Vec<String>>,
        users "Users": Option<Vec<CredentialUser>>,
    }
}

carrier! {
    /// CredentialUser
    CredentialUser: Carrier {
        value "Value": Option<String>,
        display_value "DisplayValue": Option<String>,
        columns "Columns": Option<Vec<String>>,
        can_create_person "CanCreatePerson": bool,
    }
}

carrier! {
    /// UntrustedCredentials
    UntrustedCredentials: Carrier {
        valid_from "ValidFrom": DateTime,
        valid_to "ValidTo": DateTime,
        comment "Comment": Option<String>,
        secret_value "SecretValue": Option<String>,
        public_value "PublicValue": Option<String>,
        is_active "IsActive": bool,
    }
}

carrier! {
    /// ProvidedCredential
    ProvidedCredential {
        r#type "Type": Option<String>,
        search_name "SearchName": Option<String>,
        display_name "DisplayName": Option<String>,
        credential_id "CredentialId": i32,
    }
}

carrier! {
    /// ServiceAuth
    ServiceAuth: Carrier {
        service_auth_id "ServiceAuthId": i32,
        server "Server": Option<String>,
        port "Port": i32,
        auth_type "AuthType": Option<String>,
        username "Username": Option<String>,
        password "Password": Option<String>,
    }
}

carrier! {
    /// TokenManagementInfo
    TokenManagementInfo: Carrier {
        provider "Provider": Option<String>,
        access_token "AccessToken": Option<String>,
        refresh_token "RefreshToken": Option<String>,
    }
}

carrier! {
    /// AccessGatewayInfo
    AccessGatewayInfo: Carrier {
        client_id "ClientId": Option<String>,
        redirect_uri "RedirectUri": Option<String>,
    }
}
