//! The dashboard as a browser meets it: sign-in, pages, graphs.

#[cfg(test)]
mod advice;
#[cfg(test)]
mod audit_log;
#[cfg(test)]
mod browser;
#[cfg(test)]
mod files;
#[cfg(test)]
mod form;
#[cfg(test)]
mod getting_started;
#[cfg(test)]
mod graphs;
#[cfg(test)]
mod ingestion_keys;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod key_settings;
#[cfg(test)]
mod live;
#[cfg(test)]
mod markup;
#[cfg(test)]
mod metrics_api;
#[cfg(test)]
mod office;
#[cfg(test)]
mod remote_config;
#[cfg(test)]
mod safety;
#[cfg(test)]
mod service_accounts;
#[cfg(test)]
mod shown_once;
#[cfg(test)]
mod sign_in;
#[cfg(test)]
mod twice;
#[cfg(test)]
mod workflow_drafts;
#[cfg(test)]
mod workflow_editor;
#[cfg(test)]
mod workflow_form;
#[cfg(test)]
mod workflow_views;
#[cfg(test)]
mod workflows;
#[cfg(test)]
mod workspace;
