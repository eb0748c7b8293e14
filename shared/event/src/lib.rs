//! Events, profiles, their identifiers and the chunk codec: pure, no I/O, no clock.
