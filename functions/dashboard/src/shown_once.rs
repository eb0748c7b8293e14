//! Texts that are shown once: in the answer to the form that made them, and nowhere else.

use askama::Template;
use edge::Problem;

use crate::frame::{Answer, Frame, Viewing, page};

/// The text of a key or of a secret.
pub(crate) struct Secret {
    /// The id of its field.
    pub(crate) id: &'static str,
    /// What it is.
    pub(crate) name: &'static str,
    /// What becomes of it.
    pub(crate) hint: String,
    pub(crate) text: String,
}

/// Without the text: it is a secret.
impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// A page with the texts and nothing that has to be read.
#[derive(Template)]
#[template(path = "shown_once.html")]
struct Alone<'a> {
    frame: Frame,
    texts: &'a [Secret],
    /// The page that should have come.
    back: &'a str,
}

/// The page with these texts. They were made already: where the rest of the page cannot be read, they
/// come without it. Without texts it is the page or its problem.
pub(crate) fn or_alone(answer: Answer, viewing: &Viewing, back: &str, texts: &[Secret]) -> Answer {
    let shown = |problem: Problem| {
        if texts.is_empty() {
            return Err(problem);
        }
        tracing::warn!(
            code = problem.code(),
            "what was made is shown without its page"
        );
        let frame = Frame::new("Copy it now", viewing);
        Ok(page(&Alone { frame, texts, back }))
    };
    answer.or_else(shown)
}
