//! The address and event rules of a key: shown, and edited by a form.
//!
//! A page shows [`Shown`] by the macro `rules::show`. Its edit mode is an address of its own, with
//! [`Editing`] in the macro `rules::edit` inside a form that posts to the same address; the handler
//! gives what was posted to [`Dashboard::edit_rules`](crate::Dashboard). Each button of the form is a
//! step that shows the form again, until a save is through: so everything works without scripts.

mod editing;
mod row;
mod save;
mod shown;
mod trial;
mod typed;

pub(crate) use editing::Editing;
pub(crate) use save::Edited;
pub(crate) use shown::Shown;
pub(crate) use typed::Typed;
