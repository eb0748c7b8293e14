//! A whole Weir in one process, for tests.
