//! SQL over the event log.
//!
//! [`Engine`] takes a [`Query`], a text of one workspace with its [`Variables`], and gives an
//! [`Answer`]. `DataFusion` plans and runs it; what is ours is what it reads and what it may do:
//!
//! * `sql` reads the text: variables become literals, names get their spelling, and only `SELECT` passes;
//! * `plan` and `functions` let values of JSON be used without casts, and list what may be called;
//! * `tables` reads chunks of the log, as few and as little of each as the query needs, and drops what
//!   was sent twice or deleted;
//! * `fence` bounds time, memory, reading and the answer; `cpu` keeps computing away from the rest of
//!   the process, so that the bounds hold.

mod answer;
mod cpu;
mod engine;
mod error;
mod fence;
mod functions;
mod memory;
mod plan;
mod session;
mod sql;
mod tables;
mod value;

pub use answer::{Answer, Column, Format, Page, PageLimits};
pub use engine::{Engine, Query};
pub use error::{Limit, Position, QueryError};
pub use fence::Limits;
pub use sql::Variables;
