//! Answers as CSV, as RFC 4180 has it.
//!
//! A spreadsheet takes a text that begins with `=`, `+`, `-` or `@` for a formula, and events hold what
//! strangers sent: such texts get an apostrophe before them. Numbers do not.

use super::cell::Cell;
use super::json::rows;
use super::pager::Pager;
use super::{Answer, Page, PageLimits};
use crate::QueryError;

pub(super) fn pages(answer: &Answer, limits: PageLimits) -> Result<Vec<Page>, QueryError> {
    let mut line = String::new();
    for (index, column) in answer.columns.iter().enumerate() {
        put(&mut line, index, &column.name);
    }
    line.push_str("\r\n");
    let mut pager = Pager::new(limits, line, "", "");
    let mut line = String::new();
    for (batch, row) in rows(answer) {
        line.clear();
        for (index, column) in batch.columns().iter().enumerate() {
            match Cell::of(column, row)? {
                Cell::Null => put_bare(&mut line, index, ""),
                Cell::Bare(text) => put_bare(&mut line, index, &text),
                Cell::Text(text) | Cell::Json(text) => put(&mut line, index, &text),
            }
        }
        line.push_str("\r\n");
        pager.put(&line)?;
    }
    pager.finish()
}

fn put_bare(line: &mut String, index: usize, text: &str) {
    if index > 0 {
        line.push(',');
    }
    line.push_str(text);
}

fn put(line: &mut String, index: usize, text: &str) {
    put_bare(line, index, "");
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        "'"
    } else {
        ""
    };
    if guard.is_empty() && !text.contains([',', '"', '\r', '\n']) {
        line.push_str(text);
        return;
    }
    line.push('"');
    line.push_str(guard);
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_would_be_a_formula_is_one_no_more() {
        let mut line = String::new();
        for (index, text) in ["a", "b,\"c\"", "=1+1", "-2", "@x", "x=1"]
            .into_iter()
            .enumerate()
        {
            put(&mut line, index, text);
        }
        assert_eq!(line, r#"a,"b,""c""","'=1+1","'-2","'@x",x=1"#);
    }
}
