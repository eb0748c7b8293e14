//! The end of an edit of rules: tried on the past, then saved, and never over somebody else's save.

use std::fmt::Write;

use control::KeyView;
use edge::Problem;
use event::KeyId;
use policy::PolicyDraft;
use sha2::{Digest, Sha256};
use store::KeyVersion;

use super::editing::Editing;
use super::shown::Shown;
use super::trial::Trial;
use super::typed::{Step, Typed};
use crate::Dashboard;
use crate::form::Undone;
use crate::member::Member;

/// What became of a form.
#[derive(Debug)]
pub(crate) enum Edited {
    /// The rules hold.
    Saved,
    /// The form goes on.
    Further(Box<Editing>),
}

impl Dashboard {
    /// Does what a button of the form asks for.
    ///
    /// A save that would have refused something of the past says so first; the same form sent again is
    /// saved.
    pub(crate) async fn edit_rules(
        &self,
        member: &Member,
        id: &KeyId,
        typed: Typed,
    ) -> Result<Edited, Problem> {
        let keys = &self.0.use_cases.keys;
        let view = keys.read(&member.workspace, id).await?;
        let kind = view.listed.entry.kind;
        member.require(kind.least_role())?;
        let mut editing = self.go_on(member, id, typed, kind).await;
        if editing.change() {
            return Ok(Edited::Further(Box::new(editing)));
        }
        editing.add_typed();
        if editing.undone.is_some() {
            return Ok(Edited::Further(Box::new(editing)));
        }
        self.save_rules(member, id, view, editing).await
    }

    async fn save_rules(
        &self,
        member: &Member,
        id: &KeyId,
        view: KeyView,
        mut editing: Editing,
    ) -> Result<Edited, Problem> {
        let version = view.listed.entry.version;
        let seen = editing.typed.version.parse::<KeyVersion>().ok();
        // Another name or a new secret is in no rule's way.
        if seen.is_none_or(|seen| seen.policy != version.policy) {
            return Ok(overtaken(&view, editing));
        }
        let draft = editing.typed.draft(&view.policy, view.listed.entry.kind);
        let store = &self.0.use_cases.store;
        let at = member.by.at;
        let tried = control::check_policy(store, &member.workspace, id, draft.clone(), at).await;
        let trial = match tried.map_err(Undone::from) {
            Ok(check) => Trial::new(&check, &editing.typed),
            Err(undone) => return further(editing, undone),
        };
        let fingerprint = fingerprint(&draft);
        let has_seen = editing.typed.tried == fingerprint;
        if editing.typed.step == Step::Try || (trial.is_harmful() && !has_seen) {
            editing.typed.tried = fingerprint;
            editing.trial = Some(trial);
            return Ok(Edited::Further(Box::new(editing)));
        }
        let keys = &self.0.use_cases.keys;
        let saved = keys.replace_policy(&member.workspace, &member.by, id, version, draft);
        match saved.await.map_err(Undone::from) {
            Ok(_) => Ok(Edited::Saved),
            Err(Undone::Stale) => {
                let view = keys.read(&member.workspace, id).await?;
                Ok(overtaken(&view, editing))
            }
            Err(undone) => further(editing, undone),
        }
    }
}

/// The form beside what somebody else has saved: sent again, it replaces that.
fn overtaken(view: &KeyView, mut editing: Editing) -> Edited {
    let entry = &view.listed.entry;
    editing.theirs = Some(Shown::new(entry.kind, &view.policy));
    editing.typed.version = entry.version.to_string();
    editing.undone = Some(Undone::Stale.problem());
    Edited::Further(Box::new(editing))
}

fn further(mut editing: Editing, undone: Undone) -> Result<Edited, Problem> {
    let problem = undone.problem();
    let Undone::Invalid(errors) = undone else {
        return Err(problem);
    };
    editing.errors = errors;
    editing.undone = Some(problem);
    Ok(Edited::Further(Box::new(editing)))
}

/// Tells rules from others.
fn fingerprint(draft: &PolicyDraft) -> String {
    let json = serde_json::to_vec(draft).unwrap_or_default();
    let mut text = String::new();
    for byte in Sha256::digest(json).iter().take(8) {
        // Writing to a string does not fail.
        write!(text, "{byte:02x}").ok();
    }
    text
}
