//! Origins of web pages.

use std::str::FromStr;

/// An origin as browsers name it, like `https://crm.example.com`, or any with a star.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Every one.
    Any,
    /// This one: scheme, host, and port where it is not the usual one.
    This(String),
}

impl Origin {
    /// Whether the origin that a browser names is one of these.
    pub fn admits(&self, origin: &str) -> bool {
        match self {
            Self::Any => true,
            Self::This(this) => this.eq_ignore_ascii_case(origin),
        }
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "*" {
            return Ok(Self::Any);
        }
        let url = url::Url::parse(text).ok();
        let origin = url
            .filter(|url| matches!(url.scheme(), "http" | "https"))
            .map(|url| url.origin().ascii_serialization());
        match origin {
            Some(origin) if origin.eq_ignore_ascii_case(text) => Ok(Self::This(origin)),
            _ => Err(format!(
                "expected * or an origin, like https://crm.example.com, not \"{text}\""
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn origins_are_scheme_host_and_port() {
        let crm: Origin = "https://crm.example.com".parse().expect("an origin");
        assert!(crm.admits("https://crm.example.com") && crm.admits("https://CRM.example.com"));
        for other in [
            "http://crm.example.com",
            "https://crm.example.com:8443",
            "https://crm.example.com.evil.example",
            "null",
            "",
        ] {
            assert!(!crm.admits(other), "{other}");
        }
        assert!("*".parse::<Origin>().expect("any").admits("null"));
        assert!("http://localhost:3000".parse::<Origin>().is_ok());
        for wrong in [
            "",
            "crm.example.com",
            "https://a.example/",
            "https://a.example/x",
            "ftp://a",
            "**",
        ] {
            assert!(wrong.parse::<Origin>().is_err(), "{wrong}");
        }
    }
}
