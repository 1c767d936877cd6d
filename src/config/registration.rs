//! Settings of registration in portals.

/// How registrations are limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegistrationSettings {
    /// Time to confirm one.
    pub confirmation_hours: u32,
    /// Attempts from one address, confirmations included.
    pub address_per_hour: u32,
    /// Attempts in one portal with the key of an agency.
    pub portal_per_hour: u32,
}

impl Default for RegistrationSettings {
    fn default() -> Self {
        Self {
            confirmation_hours: 7 * 24,
            address_per_hour: 30,
            portal_per_hour: 500,
        }
    }
}
