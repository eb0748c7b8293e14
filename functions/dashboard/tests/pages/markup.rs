//! Just enough of a reader of HTML to hold pages against what they should be.

/// Elements that have no end.
const VOID: [&str; 4] = ["meta", "link", "input", "path"];

/// A tag, or the text between two.
pub(crate) enum Piece<'p> {
    Text(&'p str),
    Start(&'p str, &'p str),
    End(&'p str),
}

pub(crate) fn pieces(page: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    for part in page.split('<').skip(1) {
        let (tag, text) = part.split_once('>').expect("every tag ends");
        let tag = tag.trim_end_matches('/');
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        pieces.push(match tag.strip_prefix('/') {
            Some(name) => Piece::End(name),
            None => Piece::Start(name, attributes),
        });
        pieces.push(Piece::Text(text));
    }
    pieces
}

/// Every element ends where it should, no id is there twice, nothing is inline that the policy would
/// refuse.
pub(crate) fn check(page: &str) {
    let mut open = Vec::new();
    let mut ids = Vec::new();
    for piece in pieces(page) {
        match piece {
            Piece::Start(name, attributes) => {
                // What is between quotation marks is text.
                let names: String = attributes.split('"').step_by(2).collect();
                for inline in [" style=", " onclick=", " onload=", " onerror="] {
                    assert!(!format!(" {names}").contains(inline), "{attributes}");
                }
                assert!(name != "style" && (name != "script" || attributes.contains("src=")));
                if let Some(id) = attribute(attributes, "id") {
                    assert!(!ids.contains(&id), "{id} is there twice");
                    ids.push(id);
                }
                if !VOID.contains(&name) && !["rect", "!doctype"].contains(&name) {
                    open.push(name);
                }
            }
            Piece::End(name) => assert_eq!(open.pop(), Some(name)),
            Piece::Text(_) => {}
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

pub(crate) fn attribute<'p>(attributes: &'p str, name: &str) -> Option<&'p str> {
    let start = format!("{name}=\"");
    let all = attributes.strip_prefix(&start);
    let rest = all.or_else(|| Some(attributes.split_once(&format!(" {start}"))?.1))?;
    Some(rest.split_once('"')?.0)
}

/// The text inside the first element that fits, its white space as single spaces. A selector is a tag,
/// a `.class`, an `[attribute=value]`, or two of them where the second is inside the first.
pub(crate) fn text_of(page: &str, selector: &str) -> String {
    let mut rest: Vec<_> = selector.split(' ').rev().collect();
    let mut depth = 0_usize;
    let mut text = String::new();
    for piece in pieces(page) {
        match piece {
            Piece::Start(name, attributes) => {
                if depth > 0 {
                    depth += usize::from(!VOID.contains(&name) && name != "rect");
                } else if rest.last().is_some_and(|it| fits(it, name, attributes)) {
                    rest.pop();
                    depth = usize::from(rest.is_empty());
                }
            }
            Piece::End(_) if depth == 1 => break,
            Piece::End(_) => depth = depth.saturating_sub(1),
            Piece::Text(_) => {}
        }
        if let Piece::Text(part) = piece
            && depth > 0
        {
            text.push(' ');
            text.push_str(part);
        }
    }
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain(&words)
}

/// The text that the page's codes stand for.
pub(crate) fn plain(text: &str) -> String {
    let characters = [
        ("&#60;", "<"),
        ("&#62;", ">"),
        ("&#34;", "\""),
        ("&#39;", "'"),
        ("&#38;", "&"),
    ];
    characters
        .iter()
        .fold(text.to_owned(), |text, (code, it)| text.replace(code, it))
}

fn fits(selector: &str, name: &str, attributes: &str) -> bool {
    if let Some(class) = selector.strip_prefix('.') {
        let classes = attribute(attributes, "class").unwrap_or_default();
        return classes.split(' ').any(|it| it == class);
    }
    if let Some(pair) = selector.strip_prefix('[') {
        let (name, value) = pair.trim_end_matches(']').split_once('=').unwrap();
        return attribute(attributes, name) == Some(value);
    }
    name == selector
}

/// The files that a page loads.
pub(crate) fn files_of(page: &str) -> Vec<String> {
    let mut files = Vec::new();
    for piece in pieces(page) {
        if let Piece::Start(name @ ("link" | "script"), attributes) = piece {
            let address = attribute(attributes, if name == "link" { "href" } else { "src" });
            files.extend(address.map(str::to_owned));
        }
    }
    files
}
