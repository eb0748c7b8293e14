//! Pauses between attempts that this crate makes itself: growing, and random, so that writers who
//! collided do not collide again.

use std::time::Duration;

use rand::RngExt;

/// Longest first pause.
const FIRST: Duration = Duration::from_millis(10);
/// Longest pause.
const LONGEST: Duration = Duration::from_millis(200);

/// Waits after the failed attempt of that number, counted from 0.
pub(crate) async fn pause(attempt: u32) {
    let longest = FIRST.saturating_mul(1 << attempt.min(8)).min(LONGEST);
    // A value of its own: the generator may not live across an await.
    let share: f64 = rand::rng().random();
    tokio::time::sleep(longest.mul_f64(share)).await;
}
