//! Custom commands: actions that plug-ins offer for a user, and their outcome.
//!
//! From the WSDL of 2023 and the REST description of 2026.

use crate::model::{carrier, enumeration};

carrier! {
    /// An action that the client can offer, or has to run after a save.
    CustomCommand: Carrier {
        /// Identifies the command when it is executed.
        name "Name": Option<String>,
        /// Label of the button or menu entry.
        display_name "DisplayName": Option<String>,
        description "Description": Option<String>,
        tool_tip "ToolTip": Option<String>,
        /// What to ask before the command is run.
        actions "Actions": CommandAction,
        /// Free text for the client, such as the question to ask.
        action_data "ActionData": Option<String>,
    }
}

carrier! {
    /// What running a custom command led to.
    CommandResult: Carrier {
        /// False also when the command is unknown.
        success "Success": bool,
        /// Text for the person who ran it; may be empty.
        message "Message": Option<String>,
        /// The answer on which the command acted.
        result "Result": CommandActionResult,
    }
}

enumeration! {
    /// The question that a client puts before it runs a command, named by its buttons.
    CommandAction {
        /// Ask nothing.
        Implicit = 0,
        YesNo = 1,
        OkCancel = 2,
        Ok = 3,
    }
}

enumeration! {
    /// How the person answered the question of a command.
    CommandActionResult {
        /// Nothing was asked.
        Implicit = 0,
        Yes = 1,
        Ok = 2,
        No = 3,
        Cancel = 4,
    }
}
