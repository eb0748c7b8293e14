//! Keys, scopes, address rules, event rules and the verdict: pure, no I/O, no clock.
//!
//! A request's way through this crate: [`ApiKey::parse`] refuses garbage before anything is read,
//! [`judge_key`] compares the secret and looks at the key's state, [`judge_request`] asks the
//! [`CompiledPolicy`] about the address and the [`KeyKind`] about the operation, and
//! [`CompiledPolicy::admits_event`] decides event by event. The outcome is a [`Verdict`], a value:
//! nothing here fails, it refuses.
//!
//! On the way in, a policy is a [`PolicyDraft`] as an admin wrote it; [`PolicyDraft::check`] makes
//! a [`Policy`] of it or says, field by field, why not.
//!
//! ```
//! use event::{Timestamp, WorkspaceId};
//! use policy::{
//!     ApiKey, CompiledPolicy, KeyKind, KeyRecord, Operation, Policy, judge_key, judge_request,
//! };
//!
//! let issued = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
//! let record = KeyRecord::issued(&issued, WorkspaceId::parse("acme")?);
//! let policy = CompiledPolicy::new(&Policy::default());
//!
//! let (address, now) = ("192.0.2.1".parse()?, Timestamp::from_millis(1_795_229_788_987));
//! let presented = ApiKey::parse(issued.expose())?;
//! let verdict = judge_key(Some(&record), &presented, now).and_then(|_slot| {
//!     judge_request(record.kind, &policy, address, Operation::SendEvents, now)
//! });
//! assert!(verdict.is_allowed());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod actor;
mod address;
mod address_rules;
mod checksum;
mod client_secret;
mod compiled;
mod draft;
mod dry_run;
mod event_matcher;
mod event_rules;
mod judge;
mod key;
mod kind;
mod matcher;
mod operation;
mod origin;
mod policy;
mod record;
mod refusal;
mod role;
mod secret;
mod verdict;

pub use actor::Actor;
pub use address::{AddressError, ParsedNetwork, parse_network};
pub use address_rules::{AddressRow, AddressRules, Overlap, OverlapKind, overlaps};
pub use client_secret::ClientSecret;
pub use compiled::CompiledPolicy;
pub use draft::{
    AddressesDraft, CheckedPolicy, DescriptionError, EventsDraft, FieldError, FieldProblem,
    InvalidPolicy, PolicyDraft, RowDraft, Warning, WarningReason,
};
pub use dry_run::{DryRun, Example, Past};
pub use event_rules::{EventPattern, EventRules, PatternError};
pub use judge::{judge_key, judge_request, judge_state};
pub use key::{ApiKey, KeyFormatError};
pub use kind::KeyKind;
pub use matcher::AddressMatcher;
pub use operation::Operation;
pub use origin::OriginError;
pub use policy::{
    MAX_ADDRESS_ROWS, MAX_DESCRIPTION_CHARS, MAX_EVENT_PATTERNS, MAX_ORIGINS, Policy,
};
pub use record::{KeyRecord, KeyState, PreviousClientSecret, PreviousSecret};
pub use refusal::Refusal;
pub use role::Role;
pub use secret::{SecretHash, SecretSlot};
pub use verdict::Verdict;
