//! Policies as JSON: one that is accepted can be written and is accepted again.
#![no_main]

use event::ids::check_event_name;
use fuzz::{NOW, bounded};
use libfuzzer_sys::fuzz_target;
use policy::{CompiledPolicy, PolicyDraft};

fuzz_target!(|json: &str| {
    let draft = bounded(|| serde_json::from_str::<PolicyDraft>(json));
    let Ok(checked) = draft.map(PolicyDraft::check) else {
        return;
    };
    let Ok(checked) = checked else { return };
    let compiled = bounded(|| CompiledPolicy::new(&checked.policy));
    let _admits = compiled.admits_address("203.0.113.7".parse().expect("an address"), NOW);
    if check_event_name(json).is_ok() {
        let _admits = compiled.admits_event(json);
    }
    let written = PolicyDraft::from(checked.policy.clone());
    let again = written.check().expect("what was accepted once");
    assert_eq!(again.policy, checked.policy);
});
