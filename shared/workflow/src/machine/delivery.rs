//! A delivery that did not come to its end: tried again, put off, given up.

use event::Timestamp;

use super::give_up;
use crate::run::{Attempt, Effect, Place, Run};
use crate::{GIVE_UP_AFTER, retry_at};

/// An attempt of the delivery that the run is at failed. `again`: another attempt may help; `chance`
/// is a random number from 0 to 1.
pub fn failed(run: &mut Run, attempt: Attempt, again: bool, chance: f64, now: Timestamp) {
    let Place::In { effect, .. } = &mut run.place else {
        return;
    };
    let Effect::Deliver(delivery) = effect.as_mut() else {
        return;
    };
    let first = *delivery.first_at.get_or_insert(attempt.at);
    delivery.attempts = delivery.attempts.saturating_add(1);
    let why = match (&attempt.error, attempt.status) {
        (Some(error), _) => error.clone(),
        (None, Some(status)) => format!("the destination answered {status}"),
        (None, None) => "there was no answer".to_owned(),
    };
    delivery.last = Some(attempt);
    let next = retry_at(first, delivery.attempts, now, chance).filter(|_| again);
    delivery.not_before = next;
    if next.is_none() {
        let message = format!("given up after {} attempts: {why}", delivery.attempts);
        give_up(run, &message, now);
    }
}

/// The delivery that the run is at waits for the end of a pause of its destination. A day of that is
/// as good as a day of attempts.
pub fn pause(run: &mut Run, until: Timestamp, now: Timestamp) {
    let Place::In { effect, .. } = &mut run.place else {
        return;
    };
    let Effect::Deliver(delivery) = effect.as_mut() else {
        return;
    };
    let first = *delivery.first_at.get_or_insert(now);
    delivery.not_before = Some(until);
    if until > first.plus(GIVE_UP_AFTER) {
        let message = match delivery.attempts {
            0 => "given up: the destination was paused for a day".to_owned(),
            attempts => format!("given up after {attempts} attempts: the destination is paused"),
        };
        give_up(run, &message, now);
    }
}

/// Puts the delivery that the run is at off, without an attempt.
pub fn put_off(run: &mut Run, until: Timestamp) {
    if let Place::In { effect, .. } = &mut run.place
        && let Effect::Deliver(delivery) = effect.as_mut()
    {
        delivery.not_before = Some(until);
    }
}
