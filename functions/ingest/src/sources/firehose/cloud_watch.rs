//! What a subscription of CloudWatch Logs delivers.

use std::borrow::Cow;

use event::Timestamp;
use memchr::memmem;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::sources::{Invalid, Unreadable, json};

/// A message: log events, or a sign of life before the first of them.
pub(super) enum Message<'a> {
    Control,
    Data(Data<'a>),
}

/// Log events of one stream.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Data<'a> {
    #[serde(borrow)]
    message_type: Cow<'a, str>,
    #[serde(borrow)]
    owner: Option<&'a RawValue>,
    #[serde(borrow)]
    log_group: Option<&'a RawValue>,
    #[serde(borrow)]
    log_stream: Option<&'a RawValue>,
    #[serde(borrow)]
    subscription_filters: Option<&'a RawValue>,
    #[serde(borrow)]
    log_events: Option<&'a RawValue>,
}

/// One log event.
#[derive(Deserialize)]
struct RawEvent<'a> {
    #[serde(borrow, default)]
    id: Option<Cow<'a, str>>,
    timestamp: Option<i64>,
    #[serde(borrow)]
    message: Cow<'a, str>,
}

/// One log event, read.
pub(super) struct LogEvent<'a> {
    pub id: Option<Cow<'a, str>>,
    pub time: Option<Timestamp>,
    pub message: Cow<'a, str>,
}

/// The message that an object is, if it is one.
pub(super) fn message(object: &str) -> Option<Message<'_>> {
    memmem::find(object.as_bytes(), b"\"messageType\"")?;
    let data: Data<'_> = serde_json::from_str(object).ok()?;
    match (&*data.message_type, data.log_events) {
        ("CONTROL_MESSAGE", _) => Some(Message::Control),
        ("DATA_MESSAGE", Some(_)) => Some(Message::Data(data)),
        _ => None,
    }
}

impl<'a> Data<'a> {
    /// Where the events come from, as a JSON object.
    pub(super) fn origin(&self, common_attributes: Option<&str>) -> String {
        let members = [
            ("owner", self.owner.map(RawValue::get)),
            ("logGroup", self.log_group.map(RawValue::get)),
            ("logStream", self.log_stream.map(RawValue::get)),
            (
                "subscriptionFilters",
                self.subscription_filters.map(RawValue::get),
            ),
            ("commonAttributes", common_attributes),
        ];
        let members = members
            .into_iter()
            .filter_map(|(name, json)| Some((name, json?)));
        let members: Vec<_> = members
            .map(|(name, json)| format!("\"{name}\":{json}"))
            .collect();
        format!("{{{}}}", members.join(","))
    }

    /// Calls `take` with each log event.
    pub(super) fn for_each(
        &self,
        mut take: impl FnMut(Result<LogEvent<'a>, Invalid>) -> Result<(), Unreadable>,
    ) -> Result<(), Unreadable> {
        json::for_each(self.log_events, "logEvents", |raw| {
            let event: Result<RawEvent<'a>, _> = serde_json::from_str(raw.get());
            take(
                event
                    .map_err(|_| Invalid::at("logEvents", "has an item without a message"))
                    .map(
                        |RawEvent {
                             id,
                             timestamp,
                             message,
                         }| LogEvent {
                            id: id.filter(|id| event::ids::check_id(id).is_ok()),
                            time: timestamp.map(Timestamp::from_millis),
                            message,
                        },
                    ),
            )
        })
    }
}
