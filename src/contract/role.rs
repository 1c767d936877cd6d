//! Roles and the data rights that they give.

use super::user::UserType;
use crate::model::{DateTime, carrier, enumeration};

carrier! {
    /// Role
    Role: Carrier {
        id "Id": i32,
        value "Value": Option<String>,
        tooltip "Tooltip": Option<String>,
    }
}

carrier! {
    /// RoleEntity
    RoleEntity: Carrier {
        role_id "RoleId": i32,
        name "Name": Option<String>,
        tooltip "Tooltip": Option<String>,
        role_type "RoleType": RoleType,
        deleted "Deleted": i16,
        rank "Rank": i16,
        created "Created": DateTime,
        use_categories "UseCategories": i16,
        created_by "CreatedBy": Option<Associate>,
        updated "Updated": DateTime,
        updated_by "UpdatedBy": Option<Associate>,
        data_rights "DataRights": Option<DataRights>,
    }
}

enumeration! {
    /// RoleType
    RoleType as short {
        Employee = 0,
        ExternalUser = 1,
        Anonymous = 2,
        System = 3,
    }
}

carrier! {
    /// Associate
    Associate: Carrier {
        associate_id "AssociateId": i32,
        name "Name": Option<String>,
        person_id "PersonId": i32,
        rank "Rank": i16,
        tooltip "Tooltip": Option<String>,
        r#type "Type": UserType,
        group_idx "GroupIdx": i32,
        full_name "FullName": Option<String>,
        formal_name "FormalName": Option<String>,
        deleted "Deleted": bool,
        ej_user_id "EjUserId": i32,
        user_name "UserName": Option<String>,
    }
}

carrier! {
    /// DataRights
    DataRights: Carrier {
        columns_info "ColumnsInfo": Option<Vec<RelationToOwner>>,
        rows_info "RowsInfo": Option<Vec<EntityName>>,
        rights "Rights": Option<Vec<Vec<DataRight>>>,
    }
}

carrier! {
    /// RelationToOwner
    RelationToOwner: Carrier {
        id "Id": i32,
        value "Value": Option<String>,
        tooltip "Tooltip": Option<String>,
    }
}

carrier! {
    /// EntityName
    EntityName: Carrier {
        table_name "TableName": Option<String>,
        table_description "TableDescription": Option<String>,
    }
}

carrier! {
    /// DataRight
    DataRight: Carrier {
        value "Value": Option<String>,
        description "Description": Option<String>,
    }
}

enumeration! {
    /// RoleRelationToOwner
    RoleRelationToOwner {
        MyOwn = 0,
        PrimaryGroup = 1,
        OtherGroups = 2,
        OtherAssociates = 3,
        ExternalUser = 4,
        Anonymous = 5,
        MyCompany = 6,
        SameProject = 7,
    }
}
