//! The ways through a workflow: every step lies on one, and no way runs in a circle without a wait.

use super::{Action, Next, Step};
use crate::fault::Faults;

pub(super) fn check(steps: &[Step], faults: &mut Faults) {
    for (place, reached) in reached(steps).into_iter().enumerate() {
        if !reached {
            faults.add(
                format!("steps[{place}]"),
                "cannot be reached from the first step",
            );
        }
    }
    for place in circling(steps) {
        let message = "is on a way that comes back to it without a wait step in between";
        faults.add(format!("steps[{place}]"), message);
    }
}

/// Where a run may go on after a step.
fn ways(step: &Step) -> impl Iterator<Item = usize> {
    let other = match step.action {
        Action::Branch { otherwise, .. } => Some(otherwise),
        Action::Webhook(_)
        | Action::UpdateProfile(_)
        | Action::SendEvent { .. }
        | Action::Wait(_)
        | Action::Stop => None,
    };
    let place = |next| match next {
        Next::Step(place) => Some(place),
        Next::End => None,
    };
    [Some(step.next), other]
        .into_iter()
        .flatten()
        .filter_map(place)
}

fn reached(steps: &[Step]) -> Vec<bool> {
    let mut reached = vec![false; steps.len()];
    let mut open = vec![0];
    while let Some(place) = open.pop() {
        if let (Some(step), Some(seen)) = (steps.get(place), reached.get_mut(place))
            && !*seen
        {
            *seen = true;
            open.extend(ways(step));
        }
    }
    reached
}

/// The steps that can come back to themselves without passing a wait.
fn circling(steps: &[Step]) -> Vec<usize> {
    // Steps that lead nowhere but to waits and ends are taken away until none is left to take.
    let mut left: Vec<bool> = steps
        .iter()
        .map(|step| !matches!(step.action, Action::Wait(_)))
        .collect();
    loop {
        let mut taken = false;
        for (place, step) in steps.iter().enumerate() {
            let goes_on = ways(step).any(|next| left.get(next) == Some(&true));
            if let Some(here) = left.get_mut(place)
                && *here
                && !goes_on
            {
                *here = false;
                taken = true;
            }
        }
        if !taken {
            break;
        }
    }
    let is_left = |place: &usize| left.get(*place) == Some(&true);
    // What is left leads to a circle; named are those on it.
    let comes_back = |place: &usize| {
        let mut seen = vec![false; steps.len()];
        let mut open: Vec<usize> = steps.get(*place).into_iter().flat_map(ways).collect();
        while let Some(next) = open.pop() {
            if next == *place {
                return true;
            }
            if let (Some(step), Some(seen)) = (steps.get(next), seen.get_mut(next))
                && !*seen
                && left.get(next) == Some(&true)
            {
                *seen = true;
                open.extend(ways(step));
            }
        }
        false
    };
    (0..steps.len())
        .filter(is_left)
        .filter(comes_back)
        .collect()
}
