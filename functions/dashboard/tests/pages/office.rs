//! What forms carry, and what comes back.

use testkit::Answer;

use crate::browser::Browser;
use crate::form::{Form, encoded};
use crate::markup::check;

/// The body of a form.
pub(crate) fn form(fields: &[(&str, &str)]) -> String {
    let fields = fields.iter();
    let owned = fields.map(|&(name, value)| (name.to_owned(), value.to_owned()));
    encoded(&owned.collect::<Vec<_>>())
}

/// The page of an answer with that status, which is whole.
pub(crate) fn whole(answer: &Answer, status: u16) -> &str {
    assert_eq!(answer.status, status, "{}", answer.body);
    check(&answer.body);
    &answer.body
}

/// The page's form to that address.
pub(crate) async fn found(browser: &mut Browser<'_>, page: &str, action: &str) -> Form {
    let page = browser.get(page).await;
    Form::of(whole(&page, 200), action)
}

/// Where an answer leads on to.
pub(crate) fn location(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.headers["location"].clone()
}
