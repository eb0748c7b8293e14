//! What is wrong with a definition, at the field that it is about.

use control::FieldError;

use super::path::{id_of, segments};
use super::typed::Typed;
use super::words::words;

/// Something that is wrong with what is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The path of the field, as the form names it; empty for the whole.
    pub(crate) field: String,
    /// What of the field: a place inside it. Empty: all of it.
    inside: String,
    pub(crate) message: String,
}

impl Fault {
    fn new(typed: &Typed, error: &FieldError) -> Self {
        let (field, inside) = typed.place_of(&error.path);
        Self {
            field,
            inside,
            message: error.message.clone(),
        }
    }

    /// Beside the field.
    pub(crate) fn beside(&self) -> String {
        if self.inside.is_empty() {
            format!("This {}.", self.message)
        } else {
            format!("In {}: this {}.", self.inside, self.message)
        }
    }

    /// What it is about, for who does not see the field.
    pub(crate) fn about(&self) -> String {
        let field = words(&self.field);
        if self.inside.is_empty() {
            field
        } else {
            format!("{field}, {}", self.inside)
        }
    }

    /// The id of the element to go to.
    pub(crate) fn target(&self) -> Option<String> {
        let is_row = self.field.ends_with(']')
            && (self.field.contains("].headers[") || self.field.contains("].properties["));
        match self.field.as_str() {
            "" => None,
            row if is_row => Some(id_of(&format!("{row}.name"))),
            field => Some(id_of(field)),
        }
    }
}

impl Typed {
    /// What the form itself found, and of what the rules found what it does not say already.
    pub(crate) fn faults<'a>(
        &self,
        own: impl Iterator<Item = &'a FieldError>,
        of_rules: &[FieldError],
    ) -> Vec<Fault> {
        let own: Vec<_> = own.collect();
        let is_said = |error: &&FieldError| {
            !error.path.is_empty() && own.iter().any(|own| own.path.starts_with(&error.path))
        };
        let rest = of_rules.iter().filter(|error| !is_said(error));
        let all = own.iter().copied().chain(rest);
        let mut faults: Vec<_> = all.map(|error| Fault::new(self, error)).collect();
        // In the order in which they are met in the form.
        faults.sort_by_key(|fault| match segments(&fault.field).first() {
            Some(&("name", _)) => (1, 0),
            Some(&("trigger", _)) => (2, 0),
            Some(&("steps", place)) => (3, place.map_or(0, |place| place + 1)),
            Some(_) | None => (0, 0),
        });
        faults
    }

    /// The field for a path of a definition, and the place inside it.
    fn place_of(&self, path: &str) -> (String, String) {
        let inside = |field: &str, inside: &str| (field.to_owned(), inside.to_owned());
        if path == "trigger.everySeconds" {
            return inside("trigger.every.number", "");
        }
        if let Some(place) = path.strip_prefix("trigger.events[") {
            let place: usize = place.trim_end_matches(']').parse().unwrap_or_default();
            return inside("trigger.events", &format!("name {}", place + 1));
        }
        let Some((step, member)) = path.split_once("].") else {
            return inside(path, "");
        };
        let place = step
            .strip_prefix("steps[")
            .and_then(|place| place.parse().ok());
        let Some(fields) = place.and_then(|place: usize| self.steps.get(place)) else {
            return inside(path, "");
        };
        let at = |member: &str, within: &str| {
            (
                format!("{step}].{member}"),
                within.trim_start_matches('.').to_owned(),
            )
        };
        if member == "seconds" {
            return at("wait.number", "");
        }
        if let Some(within) = member.strip_prefix("body") {
            return at("body", within);
        }
        if let Some(name) = member.strip_prefix("headers.") {
            let row = fields
                .headers
                .iter()
                .position(|header| header.name.trim() == name);
            return row.map_or_else(
                || at("headers", ""),
                |row| at(&format!("headers[{row}]"), ""),
            );
        }
        if let Some(rest) = member.strip_prefix("properties.") {
            // Names may hold dots: the longest that fits is meant.
            let rows = fields
                .properties
                .iter()
                .map(|property| property.name.trim());
            let fitting = rows.enumerate().filter_map(|(row, name)| {
                let within = rest.strip_prefix(name)?;
                (within.is_empty() || within.starts_with(['.', '['])).then_some((
                    row,
                    name.len(),
                    within,
                ))
            });
            if let Some((row, _, within)) = fitting.max_by_key(|(_, len, _)| *len) {
                return at(&format!("properties[{row}]"), within);
            }
            return at("properties", "");
        }
        inside(path, "")
    }
}

#[cfg(test)]
mod tests {
    use super::super::lists::{Header, Property};
    use super::super::step::Step;
    use super::*;

    #[test]
    fn a_fault_stands_at_the_field_that_it_is_about() {
        let header = |name: &str| Header {
            name: name.to_owned(),
            ..Header::default()
        };
        let property = |name: &str| Property {
            name: name.to_owned(),
            ..Property::default()
        };
        let step = Step {
            headers: vec![header("A"), header("B")],
            properties: vec![property("a"), property("a.b")],
            ..Step::default()
        };
        let typed = Typed {
            steps: vec![step],
            ..Typed::default()
        };
        for (path, field, inside) in [
            ("", "", ""),
            ("name", "name", ""),
            ("trigger.everySeconds", "trigger.every.number", ""),
            ("trigger.events", "trigger.events", ""),
            ("trigger.events[1]", "trigger.events", "name 2"),
            ("trigger.when.all[0].path", "trigger.when.all[0].path", ""),
            ("steps", "steps", ""),
            ("steps[0]", "steps[0]", ""),
            ("steps[0].seconds", "steps[0].wait.number", ""),
            ("steps[0].body", "steps[0].body", ""),
            ("steps[0].body.user[1]", "steps[0].body", "user[1]"),
            ("steps[0].headers", "steps[0].headers", ""),
            ("steps[0].headers.B", "steps[0].headers[1]", ""),
            ("steps[0].properties.a", "steps[0].properties[0]", ""),
            ("steps[0].properties.a.b", "steps[0].properties[1]", ""),
            ("steps[0].properties.a.c", "steps[0].properties[0]", "c"),
            ("steps[0].properties.a[3]", "steps[0].properties[0]", "[3]"),
            (
                "steps[0].when.any[2].value",
                "steps[0].when.any[2].value",
                "",
            ),
            ("steps[7].url", "steps[7].url", ""),
        ] {
            let expected = (field.to_owned(), inside.to_owned());
            assert_eq!(typed.place_of(path), expected, "{path}");
        }
    }
}
