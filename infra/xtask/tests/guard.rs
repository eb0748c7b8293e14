//! Nothing that a command started outlives it.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

/// A guarded shell that starts a child of its own, and says so once both run.
fn guarded(script: &str) -> Child {
    let mut guard = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["guard", "--", "sh", "-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(guard.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    assert_eq!(line, "running\n");
    guard.stdout = Some(output.into_inner());
    guard
}

/// Whoever still runs holds the other end of this output.
fn wait_until_all_ended(guard: &mut Child) {
    let mut rest = String::new();
    guard
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut rest)
        .unwrap();
    assert_eq!(rest, "");
}

const TWO_SLEEPERS: &str = "sleep 600 & echo running; sleep 600";

#[test]
fn when_the_parent_is_gone_the_program_ends_and_so_does_what_it_started() {
    let mut guard = guarded(TWO_SLEEPERS);
    // What the kernel does when the parent ends, however it ends.
    drop(guard.stdin.take());
    wait_until_all_ended(&mut guard);
    assert!(!guard.wait().unwrap().success());
}

#[test]
fn a_signal_to_the_guard_ends_the_program_and_what_it_started() {
    let mut guard = guarded(TWO_SLEEPERS);
    let id = guard.id().to_string();
    Command::new("kill").args(["-TERM", &id]).status().unwrap();
    wait_until_all_ended(&mut guard);
    assert!(!guard.wait().unwrap().success());
}

#[test]
fn a_program_that_ends_leaves_none_of_its_children_behind_and_gives_its_exit_code() {
    let mut guard = guarded("sleep 600 & echo running; exit 7");
    wait_until_all_ended(&mut guard);
    assert_eq!(guard.wait().unwrap().code(), Some(7));
}
