//! From what is written to what can run.

use std::collections::HashMap;
use std::time::Duration;

use event::EventName;

use super::draft::{Draft, StepDraft, StepKind, TriggerDraft, TriggerKind};
use super::{Action, Definition, MAX_STEPS, MAX_WAIT, Next, Rules, Step, Trigger, Webhook, graph};
use crate::fault::Faults;
use crate::{Conditions, Destination, Fault, Schedule, StepId, template};

const MAX_NAME_CHARS: usize = 64;
/// Names of events that start a workflow, at most.
const MAX_EVENTS: usize = 50;
const MAX_HEADERS: usize = 20;
const MAX_HEADER_BYTES: usize = 2_048;
/// Headers that Weir sets itself, or that would say something else than the connection does.
const OWN_HEADERS: [&str; 10] = [
    "connection",
    "content-length",
    "content-type",
    "host",
    "idempotency-key",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
];

/// `rules` are those of today for what is new; `None`: it was saved, and was new then.
pub(super) fn check(draft: Draft, rules: Option<Rules>) -> Result<Definition, Vec<Fault>> {
    let mut faults = Faults::default();
    let name = draft.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > MAX_NAME_CHARS || name.contains(char::is_control) {
        let message =
            format!("must have 1 to {MAX_NAME_CHARS} characters, none of them a control character");
        faults.add("name", message);
    }
    let trigger = trigger(&draft.trigger, &mut faults);
    let steps = steps(draft.steps, rules, &mut faults);
    let made = trigger.zip(steps).map(|(trigger, steps)| Definition {
        name,
        trigger,
        steps,
    });
    if let Some(made) = &made {
        graph::check(&made.steps, &mut faults);
    }
    faults.or(made)
}

fn trigger(draft: &TriggerDraft, faults: &mut Faults) -> Option<Trigger> {
    let TriggerDraft {
        kind,
        events,
        when,
        every_seconds,
        cron,
    } = draft;
    let given = [
        ("events", events.is_some(), TriggerKind::Event),
        ("when", when.is_some(), TriggerKind::Event),
        (
            "everySeconds",
            every_seconds.is_some(),
            TriggerKind::Schedule,
        ),
        ("cron", cron.is_some(), TriggerKind::Schedule),
    ];
    for (member, is_given, of) in given {
        if is_given && of != *kind {
            faults.add(
                format!("trigger.{member}"),
                "is no member of a trigger of this type",
            );
        }
    }
    match kind {
        TriggerKind::Api => Some(Trigger::Api),
        TriggerKind::Schedule => match Schedule::new(&draft.schedule()) {
            Ok(schedule) => Some(Trigger::Schedule(schedule)),
            Err((member, message)) => {
                let path = ["trigger", member].join(if member.is_empty() { "" } else { "." });
                faults.add(path, message);
                None
            }
        },
        TriggerKind::Event => {
            let names = events.as_deref().unwrap_or_default();
            if names.is_empty() || names.len() > MAX_EVENTS {
                faults.add(
                    "trigger.events",
                    format!("must have 1 to {MAX_EVENTS} names of events"),
                );
            }
            let when = when.clone().unwrap_or_default();
            when.check("trigger.when", &["event"], faults);
            let parsed = names.iter().enumerate().map(|(index, name)| {
                faults.accept(format!("trigger.events[{index}]"), EventName::parse(name))
            });
            let parsed: Vec<_> = parsed.flatten().collect();
            Some(Trigger::Event {
                names: parsed,
                when,
            })
        }
    }
}

/// The steps; those that are wrong are left out, which then is among the faults.
fn steps(drafts: Vec<StepDraft>, rules: Option<Rules>, faults: &mut Faults) -> Option<Vec<Step>> {
    if drafts.is_empty() || drafts.len() > MAX_STEPS {
        faults.add("steps", format!("must have 1 to {MAX_STEPS} steps"));
        return None;
    }
    let mut places = HashMap::new();
    for (place, draft) in drafts.iter().enumerate() {
        let path = format!("steps[{place}].id");
        if let Some(id) = faults.accept(path.as_str(), StepId::parse(&draft.id))
            && places.insert(id, place).is_some()
        {
            faults.add(path, "is the id of another step, too");
        }
    }
    let all = drafts.len();
    let steps = drafts.into_iter().enumerate().map(|(place, draft)| {
        let behind = if place + 1 < all {
            Next::Step(place + 1)
        } else {
            Next::End
        };
        let mut check = StepCheck {
            path: format!("steps[{place}]"),
            places: &places,
            behind,
            rules,
            faults,
        };
        check.step(draft)
    });
    // All are looked at, so that all faults are found.
    let steps: Vec<_> = steps.collect();
    steps.into_iter().collect()
}

struct StepCheck<'a> {
    path: String,
    places: &'a HashMap<StepId, usize>,
    behind: Next,
    rules: Option<Rules>,
    faults: &'a mut Faults,
}

impl StepCheck<'_> {
    fn step(&mut self, draft: StepDraft) -> Option<Step> {
        self.members(&draft);
        let id = StepId::parse(&draft.id).ok()?;
        let next = match draft.kind {
            StepKind::Stop => Next::End,
            StepKind::Branch => self.target("then", draft.then.as_deref())?,
            StepKind::Webhook | StepKind::UpdateProfile | StepKind::SendEvent | StepKind::Wait => {
                self.target("next", draft.next.as_deref())?
            }
        };
        let action = match draft.kind {
            StepKind::Webhook => Action::Webhook(Box::new(self.webhook(draft)?)),
            StepKind::UpdateProfile => {
                let properties = draft.properties.unwrap_or_default();
                if properties.is_empty() {
                    self.fault("properties", "must set at least one property");
                }
                self.templates("properties", &properties.clone().into());
                Action::UpdateProfile(properties)
            }
            StepKind::SendEvent => {
                let name = draft.name.unwrap_or_default();
                let path = self.at("name");
                let name = self.faults.accept(path, EventName::parse(&name))?;
                let properties = draft.properties.unwrap_or_default();
                self.templates("properties", &properties.clone().into());
                Action::SendEvent { name, properties }
            }
            StepKind::Wait => Action::Wait(self.wait(draft.seconds)?),
            StepKind::Branch => {
                let when = draft.when.unwrap_or_default();
                if when.all.is_empty() && when.any.is_empty() {
                    self.fault("when", "must have at least one condition, in all or in any");
                }
                when.check(&self.at("when"), Conditions::roots(), self.faults);
                let otherwise = self.target("otherwise", draft.otherwise.as_deref())?;
                Action::Branch { when, otherwise }
            }
            StepKind::Stop => Action::Stop,
        };
        Some(Step { id, action, next })
    }

    /// Refuses the members that belong to steps of other types.
    fn members(&mut self, draft: &StepDraft) {
        use StepKind::{Branch, SendEvent, Stop, UpdateProfile, Wait, Webhook};
        let kind = draft.kind;
        let given = [
            ("next", draft.next.is_some(), !matches!(kind, Branch | Stop)),
            ("url", draft.url.is_some(), kind == Webhook),
            ("headers", draft.headers.is_some(), kind == Webhook),
            ("body", draft.body.is_some(), kind == Webhook),
            (
                "properties",
                draft.properties.is_some(),
                matches!(kind, UpdateProfile | SendEvent),
            ),
            ("name", draft.name.is_some(), kind == SendEvent),
            ("seconds", draft.seconds.is_some(), kind == Wait),
            ("when", draft.when.is_some(), kind == Branch),
            ("then", draft.then.is_some(), kind == Branch),
            ("otherwise", draft.otherwise.is_some(), kind == Branch),
        ];
        for (member, is_given, belongs) in given {
            if is_given && !belongs {
                self.fault(member, "is no member of a step of this type");
            }
        }
    }

    /// The step that a member names; the one behind where it names none.
    fn target(&mut self, member: &str, id: Option<&str>) -> Option<Next> {
        let Some(id) = id else {
            return Some(self.behind);
        };
        let place = StepId::parse(id).ok().and_then(|id| self.places.get(&id));
        if place.is_none() {
            self.fault(member, "must be the id of a step");
        }
        place.copied().map(Next::Step)
    }

    fn wait(&mut self, seconds: Option<u64>) -> Option<Duration> {
        let wait = seconds.map(Duration::from_secs);
        let wait = wait.filter(|wait| (Duration::from_secs(1)..=MAX_WAIT).contains(wait));
        if wait.is_none() {
            let most = MAX_WAIT.as_secs();
            self.fault(
                "seconds",
                &format!("must be a number from 1 to {most}, which is 30 days"),
            );
        }
        wait
    }

    fn webhook(&mut self, draft: StepDraft) -> Option<Webhook> {
        let headers = draft.headers.unwrap_or_default();
        if headers.len() > MAX_HEADERS {
            self.fault("headers", &format!("must be at most {MAX_HEADERS}"));
        }
        let headers = headers.into_iter().map(|(name, value)| {
            self.header(&name, &value);
            (name.to_ascii_lowercase(), value)
        });
        let headers: Vec<_> = headers.collect();
        if let Some(body) = &draft.body {
            self.templates("body", body);
        }
        let Some(url) = draft.url.filter(|url| !url.trim().is_empty()) else {
            let message = "is missing: a webhook needs an address that begins with https://";
            self.fault("url", message);
            return None;
        };
        let at_url = self.at("url");
        let loopback = self.rules.is_none_or(|rules| rules.loopback);
        let split = Destination::split(&url, loopback);
        let (destination, path) = self.faults.accept(at_url.as_str(), split)?;
        if path.contains('#') {
            self.fault("url", "must have no fragment (#)");
        }
        self.template(at_url, path);
        Some(Webhook {
            destination,
            path: path.to_owned(),
            headers,
            body: draft.body,
        })
    }

    fn header(&mut self, name: &str, value: &str) {
        let member = format!("headers.{name}");
        let lower = name.to_ascii_lowercase();
        let is_token =
            |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(is_token) {
            self.fault(&member, "has a name that no header can have");
        } else if OWN_HEADERS.contains(&lower.as_str()) || lower.starts_with("webhook-") {
            self.fault(&member, "is a header that Weir sets itself");
        }
        if value.len() > MAX_HEADER_BYTES || value.contains(char::is_control) {
            let message = "must be at most 2048 bytes, none of them a control character";
            self.fault(&member, message);
        }
        self.template(self.at(&member), value);
    }

    fn template(&mut self, path: String, text: &str) {
        if self.rules.is_none() {
            return;
        }
        if let Err(error) = template::check(text) {
            self.faults.add(path, unreadable(&error));
        }
    }

    fn templates(&mut self, member: &str, value: &serde_json::Value) {
        if self.rules.is_none() {
            return;
        }
        let path = self.at(member);
        let mut found = |path, error: template::TemplateError| {
            self.faults.add(path, unreadable(&error));
        };
        template::check_all(value, &path, &mut found);
    }

    fn at(&self, member: &str) -> String {
        format!("{}.{member}", self.path)
    }

    fn fault(&mut self, member: &str, message: &str) {
        let path = self.at(member);
        self.faults.add(path, message);
    }
}

fn unreadable(error: &template::TemplateError) -> String {
    format!("cannot be read as a template: {error}")
}
