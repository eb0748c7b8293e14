//! Use cases of workspace and key management.
