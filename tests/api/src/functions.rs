//! The Lambda functions as processes.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::binaries::Binaries;
use crate::gateway::Gateway;
use crate::guard::Guarded;

/// A Lambda function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Function {
    /// Takes events and profile updates.
    Ingest,
    /// Reads and deletes profiles.
    Profiles,
    /// Administers keys.
    Keys,
    /// Makes timelines of the event log.
    Projector,
    /// Shows pages.
    Dashboard,
    /// Gives out access tokens.
    MetricsToken,
    /// Answers SQL.
    MetricsQuery,
    /// Turns the rings of keys.
    Rotation,
    /// Runs workflows.
    Workflows,
}

impl Function {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Ingest,
        Self::Profiles,
        Self::Keys,
        Self::Projector,
        Self::Dashboard,
        Self::MetricsToken,
        Self::MetricsQuery,
        Self::Rotation,
        Self::Workflows,
    ];

    /// The function's name, which is also its binary's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ingest => "ingest",
            Self::Profiles => "profiles",
            Self::Keys => "keys",
            Self::Projector => "projector",
            Self::Dashboard => "dashboard",
            Self::MetricsToken => "metrics-token",
            Self::MetricsQuery => "metrics-query",
            Self::Rotation => "rotation",
            Self::Workflows => "workflows",
        }
    }

    /// How many processes run: as on Lambda, each answers one request at a time.
    const fn instances(self) -> usize {
        match self {
            Self::Ingest => 3,
            // One for a sweep, one for the stream.
            Self::Workflows => 2,
            Self::Profiles
            | Self::Keys
            | Self::Projector
            | Self::Dashboard
            | Self::MetricsToken
            | Self::MetricsQuery
            | Self::Rotation => 1,
        }
    }

    /// Starts the function's processes.
    pub(crate) fn start(
        self,
        binaries: &Binaries,
        gateway: Gateway,
        environment: &BTreeMap<String, String>,
        folder: &Path,
    ) -> Result<Vec<Guarded>> {
        let mut command = Command::new(binaries.function(self.name()));
        command
            .current_dir(folder)
            .envs(environment)
            .env("AWS_LAMBDA_RUNTIME_API", gateway.runtime_api(self.name()))
            .env("AWS_LAMBDA_FUNCTION_NAME", self.name())
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
            .env("AWS_SDK_UA_APP_ID", self.name());
        let log = folder.join(format!("{}.log", self.name()));
        (0..self.instances())
            .map(|_| Guarded::start(&command, &log))
            .collect()
    }
}
