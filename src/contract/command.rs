//! Custom commands.

use crate::model::{carrier, enumeration};

carrier! {
    /// CustomCommand
    CustomCommand: Carrier {
        name "Name": Option<String>,
        display_name "DisplayName": Option<String>,
        description "Description": Option<String>,
        tool_tip "ToolTip": Option<String>,
        actions "Actions": CommandAction,
        action_data "ActionData": Option<String>,
    }
}

carrier! {
    /// CommandResult
    CommandResult: Carrier {
        success "Success": bool,
        message "Message": Option<String>,
        result "Result": CommandActionResult,
    }
}

enumeration! {
    /// CommandAction
    CommandAction {
        Implicit = 0,
        YesNo = 1,
        OkCancel = 2,
        Ok = 3,
    }
}

enumeration! {
    /// CommandActionResult
    CommandActionResult {
        Implicit = 0,
        Yes = 1,
        Ok = 2,
        No = 3,
        Cancel = 4,
    }
}
