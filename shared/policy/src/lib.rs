//! Keys, scopes, address rules, event rules and the verdict: pure, no I/O, no clock.
