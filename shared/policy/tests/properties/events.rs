use policy::{CompiledPolicy, EventPattern, EventRules, Policy};
use proptest::prelude::*;

/// Short texts over few letters, so that names and prefixes often meet; one letter has two bytes.
fn any_name() -> impl Strategy<Value = String> {
    "[abé_]{1,5}"
}

pub(crate) fn any_pattern() -> impl Strategy<Value = EventPattern> {
    let text = prop_oneof![any_name(), any_name().prop_map(|name| name + "*")];
    text.prop_map(|text| EventPattern::parse(&text).unwrap())
}

fn compiled(events: EventRules) -> CompiledPolicy {
    CompiledPolicy::new(&Policy {
        events,
        ..Policy::default()
    })
}

proptest! {
    #[test]
    fn the_matcher_agrees_with_asking_every_pattern(
        patterns in proptest::collection::vec(any_pattern(), 0..16),
        names in proptest::collection::vec(any_name(), 1..16),
    ) {
        let policy = compiled(EventRules::Only(patterns.clone()));
        for name in names {
            let naive = patterns.iter().any(|pattern| {
                let text = pattern.to_string();
                match text.strip_suffix('*') {
                    Some(prefix) => name.starts_with(prefix),
                    None => name == text,
                }
            });
            prop_assert_eq!(policy.admits_event(&name), naive, "{}", name);
        }
    }

    #[test]
    fn a_pattern_is_written_as_it_was_read(text in prop_oneof![any::<String>(), "\\PC{1,9}\\*"]) {
        if let Ok(pattern) = EventPattern::parse(&text) {
            prop_assert_eq!(pattern.to_string(), text);
        }
    }

    #[test]
    fn a_pattern_covers_another_exactly_if_it_adds_no_name(
        wide in any_pattern(),
        narrow in any_pattern(),
        name in any_name(),
    ) {
        if wide.covers(&narrow) && narrow.admits(&name) {
            prop_assert!(wide.admits(&name));
        }
        if !wide.covers(&narrow) {
            // The narrow pattern's own text, with something after it if it may have that.
            let text = narrow.to_string();
            let witness = text.strip_suffix('*').map_or(text.clone(), |prefix| format!("{prefix}x"));
            prop_assert!(narrow.admits(&witness) && !wide.admits(&witness));
        }
    }
}

#[test]
fn a_list_without_patterns_admits_no_event() {
    assert!(!compiled(EventRules::Only(Vec::new())).admits_event("page_view"));
    assert!(compiled(EventRules::All).admits_event("page_view"));
}

#[test]
fn names_are_compared_as_they_are_written() {
    let pattern = EventPattern::parse("Page_*").unwrap();
    let policy = compiled(EventRules::Only(vec![pattern]));
    assert!(policy.admits_event("Page_view"));
    assert!(policy.admits_event("Page_"));
    assert!(!policy.admits_event("page_view"));
    assert!(!policy.admits_event("Page"));
}
