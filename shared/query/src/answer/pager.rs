//! Rows, put into pages of bounded size.

use super::{Page, PageLimits};
use crate::{Limit, QueryError};

/// Pages of text, each of them whole: with what stands before the first row and behind the last.
pub(super) struct Pager {
    limits: PageLimits,
    head: String,
    separator: &'static str,
    tail: &'static str,
    pages: Vec<Page>,
    text: String,
    rows: usize,
    total: usize,
}

impl Pager {
    pub(super) fn new(
        limits: PageLimits,
        head: String,
        separator: &'static str,
        tail: &'static str,
    ) -> Self {
        Self {
            limits,
            text: head.clone(),
            head,
            separator,
            tail,
            pages: Vec::new(),
            rows: 0,
            total: 0,
        }
    }

    /// Appends a row, on a page of its own where the one before is full.
    pub(super) fn put(&mut self, row: &str) -> Result<(), QueryError> {
        let size = self.text.len() + self.separator.len() + row.len() + self.tail.len();
        let is_full = self.rows >= self.limits.rows || size > self.limits.bytes;
        if is_full && self.rows > 0 {
            self.turn()?;
        }
        if self.head.len() + row.len() + self.tail.len() > self.limits.bytes {
            return Err(QueryError::Limit(Limit::AnswerBytes(self.limits.bytes)));
        }
        if self.rows > 0 {
            self.text.push_str(self.separator);
        }
        self.text.push_str(row);
        self.rows += 1;
        Ok(())
    }

    /// All pages; at least one.
    pub(super) fn finish(mut self) -> Result<Vec<Page>, QueryError> {
        if self.rows > 0 || self.pages.is_empty() {
            self.turn()?;
        }
        Ok(self.pages)
    }

    fn turn(&mut self) -> Result<(), QueryError> {
        let mut text = std::mem::replace(&mut self.text, self.head.clone());
        text.push_str(self.tail);
        self.total += text.len();
        if self.total > self.limits.total {
            return Err(QueryError::Limit(Limit::AnswerBytes(self.limits.total)));
        }
        if self.pages.len() == self.limits.pages {
            return Err(QueryError::Limit(Limit::Pages(self.limits.pages)));
        }
        self.pages.push(Page {
            bytes: text.into_bytes(),
            rows: std::mem::take(&mut self.rows),
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pages(limits: PageLimits, rows: &[&str]) -> Result<Vec<String>, QueryError> {
        let mut pager = Pager::new(limits, "[".to_owned(), ",", "]");
        for row in rows {
            pager.put(row)?;
        }
        let finished = pager.finish()?.into_iter();
        Ok(finished
            .map(|page| format!("{} {}", page.rows, String::from_utf8(page.bytes).unwrap()))
            .collect())
    }

    #[test]
    fn a_page_is_full_by_its_rows_or_by_its_bytes() {
        let limits = |rows, bytes, total| PageLimits {
            rows,
            bytes,
            total,
            pages: 2,
        };
        let of = |limits| pages(limits, &["a", "b", "cc"]);
        assert_eq!(of(limits(9, 99, 99)).unwrap(), ["3 [a,b,cc]"]);
        assert_eq!(of(limits(2, 99, 99)).unwrap(), ["2 [a,b]", "1 [cc]"]);
        assert_eq!(of(limits(9, 5, 99)).unwrap(), ["2 [a,b]", "1 [cc]"]);
        assert_eq!(pages(limits(9, 99, 99), &[]).unwrap(), ["0 []"]);
        let too_large = |max| Err(QueryError::Limit(Limit::AnswerBytes(max)));
        assert_eq!(of(limits(9, 3, 99)), too_large(3));
        assert_eq!(of(limits(1, 99, 6)), too_large(6));
        let too_many = Err(QueryError::Limit(Limit::Pages(2)));
        assert_eq!(of(limits(1, 99, 99)), too_many);
    }
}
