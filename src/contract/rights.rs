//! What a caller may do with a row and its fields.
//!
//! From the WSDL of 2023 for names and order; the numbers of the flags are those of the vendor's
//! core. Combinations that the core has names for (`FULL`, `UR`, …) are not in the schema: a set is
//! written as its single members.

use crate::model::{carrier, dictionary, flags};

carrier! {
    /// Base of most carriers. Its two members come first on the wire. List-like carriers leave both
    /// nil.
    Carrier {
        /// What the caller may do with the row; nil when not told.
        table_right "TableRight": Option<TableRight>,
        /// What the caller may do with members, by member name, where that is not what the right
        /// on the row says; nil when not told.
        field_properties "FieldProperties": Option<FieldPropertyDictionary>,
    }
}

carrier! {
    /// What the caller may do with a row.
    TableRight {
        /// The sum of what is allowed.
        mask "Mask": ETableRight,
        /// Why something is not allowed; empty when everything is.
        reason "Reason": Option<String>,
    }
}

dictionary! {
    /// Properties of a carrier's members by member name.
    shared FieldPropertyDictionary "FieldPropertyDictionaryKeyValuePair": Option<FieldProperty>;
}

carrier! {
    /// What kind of field it is, and what the caller may do with it.
    FieldProperty {
        /// What the caller may do with the field; a field without read right comes back blank.
        field_right "FieldRight": Option<FieldRight>,
        /// .NET type, such as `System.Int32`.
        field_type "FieldType": Option<String>,
        /// Most characters that a text may have; 0 for other types.
        field_length "FieldLength": i32,
    }
}

carrier! {
    /// What the caller may do with a field.
    FieldRight {
        /// The sum of what is allowed, with hints for input forms.
        mask "Mask": EFieldRight,
        /// Why something is not allowed; empty when everything is.
        reason "Reason": Option<String>,
    }
}

flags! {
    /// Rights on a row, as bits. `R` and `F` are second names for `Select` and `Filtering`, and are
    /// read but never written.
    ETableRight {
        SELECT "Select" = 1,
        UPDATE "Update" = 2,
        INSERT "Insert" = 4,
        DELETE "Delete" = 8,
        /// The row may be used in criteria, without being shown.
        FILTERING "Filtering" = 16,
        /// Some members may be changed, as the field rights tell.
        RESTRICTED_UPDATE "RestrictedUpdate" = 32,
        UNUSED1 "Unused1" = 64,
        /// The rights have not been worked out.
        UNINITIALIZED "Uninitialized" = 128,
        R "R" = 1,
        F "F" = 16,
    }
}

flags! {
    /// Rights on a field, as bits, with hints for input forms. `Nullable` shares its bit with
    /// `Unused4`.
    EFieldRight {
        READ "Read" = 1,
        WRITE "Write" = 2,
        UNUSED1 "Unused1" = 4,
        UNUSED2 "Unused2" = 8,
        UNUSED3 "Unused3" = 16,
        UNUSED4 "Unused4" = 32,
        /// Must be filled in.
        UI_HINT_MANDATORY "UIHintMandatory" = 64,
        /// To be shown as not editable.
        UI_HINT_READ_ONLY "UIHintReadOnly" = 128,
        /// In the schema, without documented meaning.
        UNDEFINED_VALUE256 "UndefinedValue256" = 256,
        /// May be left without a value.
        NULLABLE "Nullable" = 32,
    }
}
