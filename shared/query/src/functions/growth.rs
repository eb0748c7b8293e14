//! How much functions make of their arguments, at most.

use super::concat::CONCAT;
use super::size::OF_AN_ELEMENT;

/// How what a function makes grows with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Growth {
    /// The arguments, one behind the other.
    Joined,
    /// The arguments behind the first, which stands between any two.
    Separated,
    /// The elements of a list, with the other arguments between any two.
    Listed,
    /// The first argument, in which the third stands in place of each second.
    Replaced,
    /// The first argument, in which the third, which may name what was matched, stands in place of each
    /// match, of which there is one between any two characters.
    Matched,
    /// The first argument, as often as the second has groups.
    Grouped,
    /// A moment by a format of two characters for each of its parts.
    Formatted,
    /// A text of which each character is escaped.
    Escaped,
}

impl Growth {
    /// That of the function of that name; `None` where nothing much grows.
    pub(super) fn of(name: &str) -> Option<Self> {
        Some(match name {
            CONCAT | "concat" | "overlay" | "make_array" | "array_append" | "array_concat"
            | "array_prepend" | "named_struct" | "struct" | "map" => Self::Joined,
            "concat_ws" => Self::Separated,
            "array_to_string" => Self::Listed,
            "replace" => Self::Replaced,
            "regexp_replace" => Self::Matched,
            "regexp_match" => Self::Grouped,
            "to_char" => Self::Formatted,
            "json_format" => Self::Escaped,
            _ => return None,
        })
    }

    /// The most bytes that come of arguments of these lengths.
    pub(super) fn most(self, lengths: &[usize]) -> usize {
        let all = || lengths.iter().fold(0, |sum, it| add(sum, *it));
        let at = |place: usize| lengths.get(place).copied().unwrap_or_default();
        let (first, second, third) = (at(0), at(1), at(2));
        match self {
            Self::Joined => all(),
            Self::Separated => add(all(), times(first, lengths.len())),
            Self::Listed => add(first, times(first / OF_AN_ELEMENT, add(second, third))),
            Self::Replaced => add(first, times(first / second.max(1), third)),
            // A name of what was matched takes two characters.
            Self::Matched => add(
                first,
                add(times(add(first, 1), third), times(first, third / 2)),
            ),
            Self::Grouped => times(first, add(second / 2, 1)),
            // `%+` becomes 35 characters.
            Self::Formatted => times(second, 18),
            Self::Escaped => add(times(first, 6), 2),
        }
    }
}

const fn add(a: usize, b: usize) -> usize {
    a.saturating_add(b)
}

const fn times(a: usize, b: usize) -> usize {
    a.saturating_mul(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_never_less_than_what_comes_of_it() {
        let most = |name: &str, lengths: &[usize]| Growth::of(name).unwrap().most(lengths);
        assert_eq!(most("replace", &[3, 1, 5]), 3 + "xxxxx".len() * 3);
        assert_eq!(most("concat", &[3, 4]), 7);
        assert!(most("concat_ws", &[2, 1, 1, 1]) >= "a--b--c".len());
        assert!(most("regexp_replace", &[3, 1, 2]) >= "a-b-c-".len() + 3);
        assert!(most("regexp_replace", &[2, 0, 4]) >= "xxxxaxxxxbxxxx".len());
        assert!(most("array_to_string", &[3 * (1 + OF_AN_ELEMENT), 2]) >= "a--b--c".len());
        assert!(most("to_char", &[8, 2]) >= "2001-07-08T00:34:60.026490708+09:30".len());
        assert!(most("json_format", &[2]) >= r#""\u0001\u0001""#.len());
        assert_eq!(most("replace", &[usize::MAX, 1, 5]), usize::MAX);
        assert_eq!(Growth::of("lower"), None);
    }
}
