//! Errors as ASP.NET Web API reports them: a message and, where a body breaks rules, the state of
//! the model: reasons by the path of the member.

use super::xml::push_text;
use serde::Serialize;
use std::collections::BTreeMap;

/// Why a request was not done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct HttpError {
    message: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    model_state: BTreeMap<String, Vec<String>>,
}

impl HttpError {
    /// An error that is not about the members of a body.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            model_state: BTreeMap::new(),
        }
    }

    /// The members that break a rule: path, such as `registration.Email`, and reason of each.
    /// Paths are names and dots.
    pub fn invalid(reasons: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut error = Self::new("The request is invalid.");
        for (path, reason) in reasons {
            error.model_state.entry(path).or_default().push(reason);
        }
        error
    }

    /// As JSON.
    pub fn json(&self) -> String {
        // A map with text keys and texts in memory always succeeds.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As XML. Several reasons for one member become one text.
    pub fn xml(&self) -> String {
        let mut out = String::from("<Error>");
        push_element(&mut out, "Message", &self.message);
        if !self.model_state.is_empty() {
            out.push_str("<ModelState>");
            for (path, reasons) in &self.model_state {
                push_element(&mut out, path, &reasons.join(" "));
            }
            out.push_str("</ModelState>");
        }
        out.push_str("</Error>");
        out
    }
}

fn push_element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    push_text(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push('>');
}

#[cfg(test)]
mod tests {
    use super::HttpError;

    #[test]
    fn the_state_of_the_model_is_there_when_there_is_one() {
        let error = HttpError::new("a < \"b\"");
        assert_eq!(error.json(), r#"{"Message":"a < \"b\""}"#);
        assert_eq!(
            error.xml(),
            "<Error><Message>a &lt; \"b\"</Message></Error>"
        );
        let reasons = [("r.B", "x."), ("r.A", "y."), ("r.B", "z.")];
        let reasons = reasons.map(|(path, reason)| (path.to_owned(), reason.to_owned()));
        let error = HttpError::invalid(reasons);
        assert_eq!(
            error.json(),
            r#"{"Message":"The request is invalid.","ModelState":{"r.A":["y."],"r.B":["x.","z."]}}"#
        );
        assert_eq!(
            error.xml(),
            "<Error><Message>The request is invalid.</Message>\
             <ModelState><r.A>y.</r.A><r.B>x. z.</r.B></ModelState></Error>"
        );
    }
}
