//! What a caller may do with a row and its fields.

use crate::model::{carrier, dictionary, flags};

carrier! {
    /// Carrier
    Carrier {
        table_right "TableRight": Option<TableRight>,
        field_properties "FieldProperties": Option<FieldPropertyDictionary>,
    }
}

carrier! {
    /// TableRight
    TableRight {
        mask "Mask": ETableRight,
        reason "Reason": Option<String>,
    }
}

dictionary! {
    /// FieldPropertyDictionary
    FieldPropertyDictionary "FieldPropertyDictionaryKeyValuePair": Option<FieldProperty>;
}

carrier! {
    /// FieldProperty
    FieldProperty {
        field_right "FieldRight": Option<FieldRight>,
        field_type "FieldType": Option<String>,
        field_length "FieldLength": i32,
    }
}

carrier! {
    /// FieldRight
    FieldRight {
        mask "Mask": EFieldRight,
        reason "Reason": Option<String>,
    }
}

flags! {
    /// ETableRight
    ETableRight {
        SELECT "Select" = 1,
        UPDATE "Update" = 2,
        INSERT "Insert" = 4,
        DELETE "Delete" = 8,
        FILTERING "Filtering" = 16,
        RESTRICTED_UPDATE "RestrictedUpdate" = 32,
        UNUSED1 "Unused1" = 64,
        UNINITIALIZED "Uninitialized" = 128,
        R "R" = 1,
        F "F" = 16,
    }
}

flags! {
    /// EFieldRight
    EFieldRight {
        READ "Read" = 1,
        WRITE "Write" = 2,
        UNUSED1 "Unused1" = 4,
        UNUSED2 "Unused2" = 8,
        UNUSED3 "Unused3" = 16,
        UNUSED4 "Unused4" = 32,
        UI_HINT_MANDATORY "UIHintMandatory" = 64,
        UI_HINT_READ_ONLY "UIHintReadOnly" = 128,
        UNDEFINED_VALUE256 "UndefinedValue256" = 256,
        NULLABLE "Nullable" = 32,
    }
}
