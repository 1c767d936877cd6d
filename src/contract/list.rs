//! List items.

use crate::model::{DateTime, carrier};

carrier! {
    /// MDOListItem
    MDOListItem: Carrier {
        id "Id": i32,
        name "Name": Option<String>,
        tool_tip "ToolTip": Option<String>,
        deleted "Deleted": bool,
        rank "Rank": i32,
        r#type "Type": Option<String>,
        child_items "ChildItems": Option<Vec<MDOListItem>>,
        icon_hint "IconHint": Option<String>,
        color_block "ColorBlock": i32,
        extra_info "ExtraInfo": Option<String>,
        style_hint "StyleHint": Option<String>,
        full_name "FullName": Option<String>,
    }
}

carrier! {
    /// SelectableMDOListItem
    SelectableMDOListItem: Carrier {
        id "Id": i32,
        name "Name": Option<String>,
        tool_tip "ToolTip": Option<String>,
        deleted "Deleted": bool,
        rank "Rank": i32,
        r#type "Type": Option<String>,
        color_block "ColorBlock": i32,
        icon_hint "IconHint": Option<String>,
        selected "Selected": bool,
        last_changed "LastChanged": DateTime,
        child_items "ChildItems": Option<Vec<SelectableMDOListItem>>,
        extra_info "ExtraInfo": Option<String>,
        style_hint "StyleHint": Option<String>,
        hidden "Hidden": bool,
        full_name "FullName": Option<String>,
    }
}
