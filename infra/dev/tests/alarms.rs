//! The alarms lead to the runbook, and the operator's graphs can be read by CloudWatch.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::collections::BTreeSet;

use serde_yaml_ng::Value;

fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

/// The properties of all resources of that type.
fn properties(kind: &str) -> Vec<Value> {
    let template: Value = serde_yaml_ng::from_str(&read("infra/stacks/watch.yaml")).unwrap();
    let resources = template.get("Resources").unwrap().as_mapping().unwrap();
    let of_kind = resources.values().filter(|it| it["Type"] == kind);
    of_kind.map(|it| it["Properties"].clone()).collect()
}

/// As web pages of Markdown name a heading.
fn anchor(heading: &str) -> String {
    heading.to_lowercase().replace(' ', "-")
}

#[test]
fn every_alarm_leads_to_its_section_of_the_runbook_and_every_section_has_an_alarm() {
    let runbook = read("docs/runbook.md");
    let headings = runbook.lines().filter_map(|line| line.strip_prefix("## "));
    let sections: BTreeSet<String> = headings.map(anchor).collect();
    let alarms = properties("AWS::CloudWatch::Alarm");
    let led_to: BTreeSet<String> = alarms
        .iter()
        .map(|alarm| {
            let description = alarm["AlarmDescription"].as_str().unwrap();
            let (_, section) = description.split_once("docs/runbook.md#").unwrap();
            section.to_owned()
        })
        .collect();
    assert_eq!(led_to, sections);
}

#[test]
fn every_alarm_tells_somebody_and_is_quiet_while_nobody_sends() {
    for alarm in properties("AWS::CloudWatch::Alarm") {
        let name = &alarm["AlarmName"];
        assert_eq!(alarm["TreatMissingData"], "notBreaching", "{name:?}");
        assert!(alarm["AlarmActions"].as_sequence().is_some(), "{name:?}");
    }
}

#[test]
fn the_graphs_are_json_of_widgets_that_have_a_title_and_metrics() {
    let graphs = properties("AWS::CloudWatch::Dashboard");
    let Value::Tagged(body) = &graphs[0]["DashboardBody"] else {
        panic!("the text is a substitution");
    };
    let body: serde_json::Value = serde_json::from_str(body.value.as_str().unwrap()).unwrap();
    let widgets = body["widgets"].as_array().unwrap();
    assert!(widgets.len() >= 8);
    for widget in widgets {
        let properties = &widget["properties"];
        assert!(properties["title"].is_string(), "{widget}");
        assert!(
            !properties["metrics"].as_array().unwrap().is_empty(),
            "{widget}"
        );
    }
}
