//! A table's stream, brought to a function as a Lambda event source mapping does.
//!
//! Records come in order and at least once: in batches by size and window, again after an error
//! from the lowest failed record on. The position is kept in a file, where one is given.

mod batch;
mod deliverer;
mod delivery;
mod disorder;
mod invoke;
mod options;
mod position;
mod records;
mod timer;

pub use deliverer::{Deliverer, Drained};
pub use invoke::Target;
pub use options::{EventKind, Options};
pub use timer::Timer;
