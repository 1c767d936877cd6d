//! What is wrong with a carrier, field by field.

use crate::contract::user::StringDictionary;
use crate::fault::{Exception, Fault};

/// The reasons why a user cannot be saved; none when it can.
#[derive(Debug, Default)]
pub struct Findings {
    fields: Vec<(String, String)>,
    license: Option<(String, String)>,
}

impl Findings {
    /// Notes a reason under the name of a carrier's property. Only the first of each counts.
    pub fn add(&mut self, field: &str, reason: impl Into<String>) {
        if !self.fields.iter().any(|(known, _)| known == field) {
            self.fields.push((field.into(), reason.into()));
        }
    }

    /// Notes that a licence cannot be assigned.
    pub fn add_license(&mut self, module: &str, reason: impl Into<String>) {
        self.license
            .get_or_insert_with(|| (module.into(), reason.into()));
    }

    /// Notes a text of more characters than its column keeps.
    pub fn check_length(&mut self, field: &str, what: &str, text: Option<&str>, limit: usize) {
        if text.is_some_and(|text| text.len() > limit && text.chars().count() > limit) {
            self.add(field, format!("{what} is longer than {limit} characters."));
        }
    }

    /// The error that refuses the save: `SoValidationException` with all fields, or
    /// `SoLicenseException` when all that is missing is a licence.
    pub fn into_result(self) -> Result<(), Fault> {
        match self.license {
            _ if !self.fields.is_empty() => Err(Fault::validation(self.fields)),
            Some((module, reason)) => {
                Err(Fault::service(Exception::License, reason).with("Module", module))
            }
            None => Ok(()),
        }
    }

    /// The reasons by field, as validation answers them.
    pub fn into_dictionary(mut self) -> StringDictionary {
        if let Some((_, reason)) = self.license.take() {
            self.add("LicenseOwners", reason);
        }
        let fields = self.fields.into_iter();
        StringDictionary(
            fields
                .map(|(field, reason)| (field, Some(reason)))
                .collect(),
        )
    }
}
