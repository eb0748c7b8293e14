//! What fields are called where they are not seen.

use super::path::segments;

/// The field of that path, in words: `Step 2, address`.
pub(super) fn words(path: &str) -> String {
    let parts = segments(path);
    let words = parts
        .iter()
        .enumerate()
        .filter_map(|(index, &(name, place))| {
            let is_last = index + 1 == parts.len();
            match place {
                Some(place) => Some(item(name, place + 1)),
                None => member(name, is_last).map(str::to_owned),
            }
        });
    let words = words.collect::<Vec<_>>().join(", ");
    let mut characters = words.chars();
    let first = characters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(characters).collect()
}

fn item(name: &str, number: usize) -> String {
    match name {
        "steps" => format!("step {number}"),
        "all" => format!("condition {number} of all"),
        "any" => format!("condition {number} of any"),
        "headers" => format!("header {number}"),
        "properties" => format!("property {number}"),
        other => format!("{other} {number}"),
    }
}

fn member(name: &str, is_last: bool) -> Option<&str> {
    Some(match name {
        "" => "the workflow",
        "trigger" => "trigger",
        "events" => "names of events",
        "cron" => "line of cron",
        "wait" => "how long",
        "number" => return None,
        "when" if !is_last => return None,
        "when" => "conditions",
        "all" => "conditions of all",
        "any" => "conditions of any",
        "url" => "address",
        "then" => "where they hold",
        "otherwise" => "where they do not hold",
        "next" => "then",
        other => other,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_words() {
        for (path, expected) in [
            ("", "The workflow"),
            ("name", "Name"),
            ("trigger.events", "Trigger, names of events"),
            ("trigger.every.number", "Trigger, every"),
            (
                "trigger.when.any[0].value",
                "Trigger, condition 1 of any, value",
            ),
            ("steps[1].url", "Step 2, address"),
            ("steps[1].wait.number", "Step 2, how long"),
            ("steps[1].headers[2]", "Step 2, header 3"),
            ("steps[1].when", "Step 2, conditions"),
            ("steps[1]", "Step 2"),
        ] {
            assert_eq!(words(path), expected);
        }
    }
}
