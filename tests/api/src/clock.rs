//! The time of the tests: the real one, for the functions have no other.

use event::Timestamp;

/// The present moment.
#[expect(
    clippy::disallowed_methods,
    reason = "the functions under test live in real time"
)]
pub fn now() -> Timestamp {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = elapsed.expect("a clock after 1970").as_millis();
    Timestamp::from_millis(i64::try_from(millis).expect("a clock before the year 292,000,000"))
}
