//! Names of fields: the paths of a definition's members, such as `steps[1].when.all[0].path`.

/// A part of a path: a name, perhaps with a place in a list.
pub(super) type Segment<'a> = (&'a str, Option<usize>);

/// The parts of a path. A place that is no number is part of the name.
pub(super) fn segments(path: &str) -> Vec<Segment<'_>> {
    let part = |part| {
        let place = |text: &'_ str| text.strip_suffix(']').and_then(|it| it.parse().ok());
        match str::split_once(part, '[') {
            Some((name, rest)) if place(rest).is_some() => (name, place(rest)),
            Some(_) | None => (part, None),
        }
    };
    path.split('.').map(part).collect()
}

/// The item of a list at the place where a form has it: forms name their places one after the other.
pub(super) fn at<T: Default>(list: &mut Vec<T>, place: usize) -> Option<&mut T> {
    if place == list.len() {
        list.push(T::default());
    }
    list.get_mut(place)
}

/// The id of the element for a path.
pub(super) fn id_of(path: &str) -> String {
    path.replace(['[', '.'], "-").replace(']', "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_names_and_places() {
        let read = segments("steps[12].when.all[0].path");
        let parts = [
            ("steps", Some(12)),
            ("when", None),
            ("all", Some(0)),
            ("path", None),
        ];
        assert_eq!(read, parts);
        for odd in [
            "",
            "a[",
            "a[x]",
            "a[-1]",
            "[",
            "a[1]b",
            "a[99999999999999999999]",
        ] {
            assert_eq!(segments(odd), [(odd, None)]);
        }
        assert_eq!(
            id_of("steps[12].when.all[0].path"),
            "steps-12-when-all-0-path"
        );
    }
}
