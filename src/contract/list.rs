//! Items of lists that people choose from, flat or as a tree.
//!
//! From the WSDL of 2023. The two carriers look alike, but neither their members nor the order of
//! them is the same.

use crate::model::{DateTime, carrier};

carrier! {
    /// An item of a list.
    MDOListItem: Carrier {
        id "Id": i32,
        /// Text in the list.
        name "Name": Option<String>,
        tool_tip "ToolTip": Option<String>,
        /// No longer offered, but kept for rows that refer to it.
        deleted "Deleted": bool,
        /// Place in the list, ascending.
        rank "Rank": i32,
        /// Kind of item, where one list mixes several.
        r#type "Type": Option<String>,
        /// Items below this one; empty or nil at a leaf.
        child_items "ChildItems": Option<Vec<MDOListItem>>,
        /// Name of an icon; empty for none.
        icon_hint "IconHint": Option<String>,
        /// Colour beside the text, as a number; 0 for none.
        color_block "ColorBlock": i32,
        /// More about the item, in a form that each list defines.
        extra_info "ExtraInfo": Option<String>,
        /// Name of a text style; empty for the ordinary one.
        style_hint "StyleHint": Option<String>,
        /// Name with those of all items above it.
        full_name "FullName": Option<String>,
    }
}

carrier! {
    /// An item of a list in which each is chosen or not.
    SelectableMDOListItem: Carrier {
        /// Key of the row behind the item.
        id "Id": i32,
        /// Text in the list.
        name "Name": Option<String>,
        tool_tip "ToolTip": Option<String>,
        /// No longer offered, but kept for rows that refer to it.
        deleted "Deleted": bool,
        /// Place in the list, ascending.
        rank "Rank": i32,
        /// Kind of item, where one list mixes several.
        r#type "Type": Option<String>,
        /// Colour beside the text, as a number; 0 for none.
        color_block "ColorBlock": i32,
        /// Name of an icon; empty for none.
        icon_hint "IconHint": Option<String>,
        /// Whether the item is chosen; a role's functional rights are, a bare list of roles is not.
        selected "Selected": bool,
        /// When the choice was last changed; year 1 when never.
        last_changed "LastChanged": DateTime,
        /// Items below this one; empty or nil at a leaf.
        child_items "ChildItems": Option<Vec<SelectableMDOListItem>>,
        /// More about the item: for a functional right its code name, such as `admin-all`.
        extra_info "ExtraInfo": Option<String>,
        /// Name of a text style; empty for the ordinary one.
        style_hint "StyleHint": Option<String>,
        /// Chosen or not, the item is not to be shown.
        hidden "Hidden": bool,
        /// Name with those of all items above it.
        full_name "FullName": Option<String>,
    }
}
