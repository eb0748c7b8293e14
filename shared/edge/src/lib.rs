//! Lambda and HTTP: from a request to its caller, from an error to its answer.
//!
//! A function's `main` starts a [`Runtime`], builds its routes, completes them with [`api`] or
//! [`ingest_api`], and hands them to [`run`](fn@run). A handler takes the [`Connection`] as an extractor, asks
//! the [`Gate`] who calls while [`BodyText`] is read, and returns a [`Problem`] where something is
//! wrong. The admin API and the pages ask the [`AdminGate`] instead. No other crate knows the HTTP status of an error.

mod access_token;
mod admin;
mod aws;
mod body;
mod carrier;
mod clock;
mod config;
mod connection;
mod cors;
mod dialect;
mod front;
mod gate;
pub mod gateway;
mod json;
mod jwt;
mod later;
mod layers;
mod nesting;
mod oidc;
pub mod openapi;
mod panic;
pub mod path;
mod problem;
mod run;
mod session;
mod settings;
mod start;
pub mod stream;
mod tally;
mod version;

pub use access_token::{AccessToken, AccessTokens};
pub use admin::{Admin, AdminGate, WORKSPACE_HEADER};
pub use body::{BodyBytes, BodyText, MAX_SENT_BYTES, MAX_UNPACKED_BYTES, Media, media_type};
pub use carrier::Presented;
pub use clock::SystemClock;
pub use config::{Config, ConfigError, MetricsMode, is_dashboard_url};
pub use connection::Connection;
pub use dialect::{ErrorBody, dialect};
pub use front::{OriginSecrets, behind_front};
pub use gate::{Caller, Gate};
pub use json::read_json;
pub use later::Later;
pub use layers::{api, ingest_api};
pub use nesting::{MAX_NESTING, nesting_exceeds};
pub use oidc::{Attempt, Identity, Oidc, OidcSettings, SignIn, SigningAlgorithm, TokenError};
pub use problem::{InvalidField, Problem, QueryFault};
pub use run::{RunError, run, run_handler};
pub use session::{SESSION_COOKIE, Session, Sessions};
pub use settings::Settings;
pub use start::{Runtime, StartError};
pub use tally::{Refusals, Tally};
pub use version::{Expected, etag, if_match};
