//! When a delivery that failed is tried again.

use std::time::Duration;

use event::Timestamp;

/// The pause after a first failure; each further one doubles it.
const FIRST: Duration = Duration::from_secs(20);
/// The longest pause.
const LONGEST: Duration = Duration::from_hours(4);
/// How far a pause is moved by chance, up or down: so that deliveries that failed together do not
/// come again together.
const SPREAD: f64 = 0.2;

/// A delivery that did not succeed within this time of its first attempt is given up.
pub const GIVE_UP_AFTER: Duration = Duration::from_hours(24);

/// The moment of the next attempt after `attempts` that failed, the last one at `now`. `None`: the
/// delivery is given up. `chance` is a random number from 0 to 1.
pub fn retry_at(first: Timestamp, attempts: u32, now: Timestamp, chance: f64) -> Option<Timestamp> {
    let doublings = attempts.saturating_sub(1).min(16);
    let pause = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let moved = 1.0 + SPREAD * (2.0 * chance.clamp(0.0, 1.0) - 1.0);
    let at = now.plus(pause.mul_f64(moved));
    (at <= first.plus(GIVE_UP_AFTER)).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_four_hours_and_end_after_a_day() {
        let first = Timestamp::from_millis(0);
        let (mut now, mut pauses) = (first, Vec::new());
        for attempt in 1.. {
            let Some(next) = retry_at(first, attempt, now, 0.5) else {
                break;
            };
            pauses.push(next.since(now).as_secs());
            now = next;
        }
        assert_eq!(
            pauses,
            [
                20, 40, 80, 160, 320, 640, 1_280, 2_560, 5_120, 10_240, 14_400, 14_400, 14_400,
                14_400
            ]
        );
    }

    #[test]
    fn chance_moves_a_pause_by_a_fifth_at_most() {
        let first = Timestamp::from_millis(0);
        let pause = |chance| retry_at(first, 1, first, chance).unwrap().as_millis();
        assert_eq!(
            [pause(0.0), pause(0.5), pause(1.0)],
            [16_000, 20_000, 24_000]
        );
    }
}
