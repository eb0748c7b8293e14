//! Forms as a browser fills them in and sends them, without scripts.

use testkit::Answer;

use crate::browser::Browser;
use crate::markup::{Piece, attribute, pieces, plain};

/// A form of a page, as somebody fills it in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Form {
    action: String,
    fields: Vec<(String, String)>,
}

impl Form {
    /// The first form of the page that is sent to an address which begins so.
    pub(crate) fn of(page: &str, action: &str) -> Self {
        let mut found: Option<Self> = None;
        // A select's name, and a text area's.
        let mut open = String::new();
        let mut area: Option<String> = None;
        for piece in pieces(page) {
            match (&mut found, piece) {
                (None, Piece::Start("form", attributes)) => {
                    let to = plain(attribute(attributes, "action").unwrap_or_default());
                    let is_it = to.starts_with(action);
                    found = is_it.then(|| Self {
                        action: to,
                        fields: Vec::new(),
                    });
                }
                (Some(_), Piece::End("form")) => break,
                (Some(form), Piece::Start("input", attributes)) => form.input(attributes),
                (Some(_), Piece::Start("select", attributes)) => {
                    attribute(attributes, "name")
                        .unwrap_or_default()
                        .clone_into(&mut open);
                }
                (Some(form), Piece::Start("option", attributes)) if !open.is_empty() => {
                    let is_first = !form.fields.iter().any(|(name, _)| *name == open);
                    let is_selected = format!(" {attributes} ").contains(" selected ");
                    if is_first || is_selected {
                        let value = attribute(attributes, "value").unwrap_or_default();
                        form.set(&open, &plain(value));
                    }
                }
                (Some(_), Piece::End("select")) => open.clear(),
                (Some(_), Piece::Start("textarea", attributes)) => {
                    area = attribute(attributes, "name").map(str::to_owned);
                }
                (Some(form), Piece::Text(text)) => {
                    if let Some(name) = area.take() {
                        // The first end of a line is the tag's own, and all are sent as two characters.
                        let text = plain(text.strip_prefix('\n').unwrap_or(text));
                        form.fields.push((name, text.replace('\n', "\r\n")));
                    }
                }
                (Some(_) | None, Piece::Start(..) | Piece::End(_)) | (None, Piece::Text(_)) => {}
            }
        }
        found.unwrap_or_else(|| panic!("no form to {action} in {page}"))
    }

    fn input(&mut self, attributes: &str) {
        if attributes.ends_with(" disabled") {
            return;
        }
        let Some(name) = attribute(attributes, "name") else {
            return;
        };
        let is_choice = matches!(attribute(attributes, "type"), Some("radio" | "checkbox"));
        if !is_choice || format!(" {attributes} ").contains(" checked ") {
            let mut value = plain(attribute(attributes, "value").unwrap_or_default());
            if attribute(attributes, "type") != Some("hidden") {
                // One line is all that a field holds.
                value.retain(|it| !matches!(it, '\r' | '\n'));
            }
            self.fields.push((name.to_owned(), value));
        }
    }

    /// What is in the first field of that name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(it, _)| it == name)?;
        Some(&field.1)
    }

    /// What is in all fields of that name.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        let fields = self.fields.iter().filter(|(it, _)| it == name);
        fields.map(|(_, value)| value.as_str()).collect()
    }

    /// Fills a field in.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        match self.fields.iter_mut().find(|(it, _)| it == name) {
            Some(field) => value.clone_into(&mut field.1),
            None => self.fields.push((name.to_owned(), value.to_owned())),
        }
    }

    /// The same with a field filled in.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.set(name, value);
        self
    }

    /// Sends it by the button of that name and value.
    pub(crate) async fn press(&self, browser: &mut Browser<'_>, name: &str, value: &str) -> Answer {
        let mut fields = self.fields.clone();
        fields.push((name.to_owned(), value.to_owned()));
        let path = self.action.split('#').next().unwrap_or_default();
        browser.post(path, &encoded(&fields)).await
    }
}

/// The fields as the body of a form.
pub(crate) fn encoded(fields: &[(String, String)]) -> String {
    let mut body = form_urlencoded::Serializer::new(String::new());
    body.extend_pairs(fields);
    body.finish()
}
