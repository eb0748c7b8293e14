//! A definition as the fields of a form.
//!
//! [`Typed`] is what the fields hold. It is made of the JSON of a definition ([`Typed::read`]) or of a
//! form that was sent ([`Typed::posted`]), changed by the buttons ([`Press`]), and becomes JSON again
//! ([`Typed::definition`]). What authors write, such as a body, keeps its text on the way: a number
//! stays as it was written. [`Form`] is that with what is said about it, for the templates.

mod condition;
mod faults;
mod how_long;
mod json_text;
mod lists;
mod path;
mod press;
mod shape;
mod step;
mod target;
mod trigger;
mod typed;
mod value;
mod view;
mod words;

pub(crate) use json_text::indented;
pub(crate) use press::Press;
pub(crate) use typed::{MAX_ROWS, Typed, unread};
pub(crate) use view::Form;
