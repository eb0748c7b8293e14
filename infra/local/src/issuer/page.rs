//! The page to sign in: a button for each person.

use std::fmt::Write as _;

use super::Person;

const HEAD: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Sign in</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 15vh auto; padding: 0 1rem }
  button { display: block; width: 100%; margin: .5rem 0; padding: .75rem; font: inherit; text-align: left }
  small { display: block; color: #555 }
</style>
<h1>Sign in</h1>
<p>This provider runs on your machine and asks for no password.</p>
"#;

/// The page; `action` is where a button leads.
pub(super) fn sign_in(action: &str, people: &[Person]) -> String {
    let mut html = HEAD.to_owned();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a string does not fail.
        html.write_fmt(text).ok();
    };
    line(format_args!(
        "<form method=\"post\" action=\"{}\">\n",
        escaped(action)
    ));
    for person in people {
        let (name, groups) = (
            escaped(&person.username),
            escaped(&person.groups.join(", ")),
        );
        line(format_args!(
            "  <button name=\"username\" value=\"{name}\">{name} <small>{groups}</small></button>\n"
        ));
    }
    line(format_args!("</form>\n</html>\n"));
    html
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_is_shown_becomes_markup() {
        let person = Person {
            username: "<b>\"ann\"".to_owned(),
            subject: "1".to_owned(),
            email: "ann@example.com".to_owned(),
            groups: vec!["a&b".to_owned()],
        };
        let html = sign_in("/x?a=1&b='", &[person]);
        assert!(html.contains("action=\"/x?a=1&amp;b=&#39;\""));
        assert!(html.contains("value=\"&lt;b&gt;&quot;ann&quot;\""));
        assert!(html.contains("<small>a&amp;b</small>"));
    }
}
