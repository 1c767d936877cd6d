//! Which path leads where.

use crate::contract::SERVICES;
use crate::model::Service;
use crate::service::{password_links, portals};
use std::borrow::Cow;

/// What a path names.
#[derive(Debug)]
pub enum Route<'a> {
    /// A service, as one tenant sees it.
    Service {
        service: &'static Service,
        /// The segment before `Remote`, as it was written; empty where there is none.
        tenant: &'a str,
    },
    /// Something of the REST side.
    Rest {
        /// The path behind `/api`.
        tail: &'a str,
    },
    /// Where agents register themselves.
    Registration {
        /// Unique identifier of the portal, as it was written.
        portal: &'a str,
    },
    /// Where they confirm that.
    Confirmation {
        /// What confirms a registration, as it was written. Secret.
        request: &'a str,
    },
    /// The page behind a link for a new password.
    Password,
    /// The probe for load balancers and scripts.
    Health,
}

/// Finds what a path names. Letter case does not count; percent-encoding is not undone, since no
/// path here needs any.
pub fn find(path: &str) -> Option<Route<'_>> {
    if let Some(service) = usual(path) {
        let tenant = "";
        return Some(Route::Service { service, tenant });
    }
    if path.eq_ignore_ascii_case("/healthz") {
        return Some(Route::Health);
    }
    if path.eq_ignore_ascii_case(password_links::PATH) {
        return Some(Route::Password);
    }
    if let Some(route) = in_portal(path) {
        return Some(route);
    }
    if let Some(tail) = below_api(path) {
        return Some(Route::Rest { tail });
    }
    let mut segments = path.strip_prefix('/')?.rsplit('/');
    let file = segments.next()?;
    let folder = segments.next()?;
    let root = segments.next()?;
    let tenant = segments.next().unwrap_or_default();
    let named = folder.eq_ignore_ascii_case("Services88") && root.eq_ignore_ascii_case("Remote");
    // `//Remote/…` has an empty segment there, which is not the same as none.
    let starts_well = path.len() == file.len() + folder.len() + root.len() + 3 || is_tenant(tenant);
    if !named || !starts_well || segments.next().is_some() {
        return None;
    }
    let service = SERVICES.iter().find(|service| {
        file.strip_suffix_ignoring_case(".svc")
            .is_some_and(|name| name.eq_ignore_ascii_case(service.name))
    })?;
    Some(Route::Service { service, tenant })
}

/// The service of a path that is written as nearly everybody does.
fn usual(path: &str) -> Option<&'static Service> {
    let file = path.strip_prefix("/Remote/Services88/")?;
    let name = file.strip_suffix(".svc")?;
    let mut services = SERVICES.iter().copied();
    services.find(|service| service.name == name)
}

/// What belongs to portals.
fn in_portal(path: &str) -> Option<Route<'_>> {
    let rest = path.strip_prefix_ignoring_case("/api/v1/")?;
    let mut segments = rest.strip_suffix('/').unwrap_or(rest).split('/');
    let mut next = || segments.next();
    let is = |segment: Option<&str>, name: &str| {
        segment.is_some_and(|segment| segment.eq_ignore_ascii_case(name))
    };
    match [next(), next(), next(), next(), next()] {
        [folder, Some(portal), agents, last, None]
            if is(folder, "portals") && is(agents, "agents") && is(last, "registration") =>
        {
            Some(Route::Registration { portal })
        }
        [folder, last, Some(request), None, None]
            if is(folder, "registration") && is(last, "confirmation") =>
        {
            Some(Route::Confirmation { request })
        }
        _ => None,
    }
}

/// A path as it may be logged: what confirms a registration is a secret.
pub fn without_secret(path: &str) -> Cow<'_, str> {
    match path.strip_prefix_ignoring_case(portals::CONFIRMATION) {
        Some(_) => Cow::Owned(format!("{}…", portals::CONFIRMATION)),
        None => Cow::Borrowed(path),
    }
}

/// What follows `/api`, which may be below a tenant.
fn below_api(path: &str) -> Option<&str> {
    let (first, rest) = cut_segment(path)?;
    if first.eq_ignore_ascii_case("api") {
        return Some(rest);
    }
    let (second, rest) = cut_segment(rest)?;
    (is_tenant(first) && second.eq_ignore_ascii_case("api")).then_some(rest)
}

/// The first segment of a path, and what follows it.
fn cut_segment(path: &str) -> Option<(&str, &str)> {
    let path = path.strip_prefix('/')?;
    Some(path.split_at(path.find('/').unwrap_or(path.len())))
}

/// The path of a service, in the letter case of the original.
pub fn path(service: &Service, tenant: &str) -> String {
    let slash = if tenant.is_empty() { "" } else { "/" };
    format!("{slash}{tenant}/Remote/Services88/{}.svc", service.name)
}

/// Whether a query asks for the WSDL.
pub fn asks_for_wsdl(query: &str) -> bool {
    query.split('&').any(|parameter| {
        let name = parameter.split('=').next().unwrap_or_default();
        name.eq_ignore_ascii_case("wsdl") || name.eq_ignore_ascii_case("singleWsdl")
    })
}

fn is_tenant(segment: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    (1..=64).contains(&segment.len()) && segment.bytes().all(allowed)
}

trait IgnoringCase {
    fn strip_suffix_ignoring_case(&self, suffix: &str) -> Option<&str>;
    fn strip_prefix_ignoring_case(&self, prefix: &str) -> Option<&str>;
}

impl IgnoringCase for str {
    fn strip_suffix_ignoring_case(&self, suffix: &str) -> Option<&str> {
        let (start, end) = self.split_at_checked(self.len().checked_sub(suffix.len())?)?;
        end.eq_ignore_ascii_case(suffix).then_some(start)
    }

    fn strip_prefix_ignoring_case(&self, prefix: &str) -> Option<&str> {
        let (start, end) = self.split_at_checked(prefix.len())?;
        start.eq_ignore_ascii_case(prefix).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn service(path: &str) -> Option<(&'static str, &str)> {
        match find(path)? {
            Route::Service { service, tenant } => Some((service.name, tenant)),
            _ => None,
        }
    }

    #[test]
    fn portals_have_two_routes() {
        let portal = |path| match find(path)? {
            Route::Registration { portal } => Some(("registration", portal)),
            Route::Confirmation { request } => Some(("confirmation", request)),
            _ => None,
        };
        for (path, expected) in [
            (
                "/api/v1/portals/x-1/agents/registration",
                Some(("registration", "x-1")),
            ),
            (
                "/API/V1/Portals/x/Agents/Registration/",
                Some(("registration", "x")),
            ),
            (
                "/api/v1/registration/confirmation/y",
                Some(("confirmation", "y")),
            ),
            ("/api/v1/portals/x/agents/registration/more", None),
            ("/api/v1/portals/agents/registration", None),
            ("/api/v1/registration/confirmation", None),
            ("/api/v1/registration/confirmation/y/z", None),
            ("//api/v1/registration/confirmation/y", None),
        ] {
            assert_eq!(portal(path), expected, "{path}");
        }
        let shown = without_secret("/api/V1/registration/Confirmation/secret/x");
        assert_eq!(shown, "/api/v1/registration/confirmation/…");
        assert_eq!(
            without_secret("/api/v1/registration"),
            "/api/v1/registration"
        );
    }

    #[test]
    fn services_are_found_in_any_letter_case_and_below_a_tenant() {
        for (path, expected) in [
            ("/Remote/Services88/User.svc", ("User", "")),
            ("/remote/services88/USER.SVC", ("User", "")),
            ("/Remote/Services88/SoPrincipal.svc", ("SoPrincipal", "")),
            (
                "/Cust12345/Remote/Services88/User.svc",
                ("User", "Cust12345"),
            ),
            (
                "/cust-1_a/REMOTE/SERVICES88/soprincipal.svc",
                ("SoPrincipal", "cust-1_a"),
            ),
        ] {
            assert_eq!(service(path), Some(expected), "{path}");
        }
    }

    #[test]
    fn nothing_else_is_a_service() {
        for path in [
            "",
            "/",
            "*",
            "/User.svc",
            "/Services88/User.svc",
            "/Remote/Services88/",
            "/Remote/Services88/User",
            "/Remote/Services88/User.svc/",
            "/Remote/Services88/.svc",
            "/Remote/Services88/Person.svc",
            "/Remote/Services87/User.svc",
            "//Remote/Services88/User.svc",
            "/a/b/Remote/Services88/User.svc",
            "/Remote/Services88/User.svc/GetUser",
            "/a<b/Remote/Services88/User.svc",
            "/%52emote/Services88/User.svc",
            "/Remote/Services88/é.svc",
            "/../Remote/Services88/User.svc",
        ] {
            assert!(find(path).is_none(), "{path}");
        }
    }

    #[test]
    fn the_path_of_a_service_leads_back_to_it() {
        for wanted in SERVICES {
            assert_eq!(service(&path(wanted, "")), Some((wanted.name, "")));
            assert_eq!(
                service(&path(wanted, "Cust1")),
                Some((wanted.name, "Cust1"))
            );
        }
    }

    #[test]
    fn the_wsdl_is_asked_for_in_any_letter_case() {
        for query in [
            "wsdl",
            "WSDL",
            "singleWsdl",
            "SINGLEWSDL",
            "wsdl=",
            "x=1&wsdl",
        ] {
            assert!(asks_for_wsdl(query), "{query}");
        }
        for query in ["", "xsd=xsd0", "wsdls", "x=wsdl"] {
            assert!(!asks_for_wsdl(query), "{query}");
        }
    }
}
