//! The alarms lead to the runbook, and the operator's graphs can be read by CloudWatch.
#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::collections::BTreeSet;

use serde_yaml_ng::Value;

fn read(path: &str) -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    std::fs::read_to_string(format!("{root}/{path}")).unwrap()
}

fn template(path: &str) -> Value {
    serde_yaml_ng::from_str(&read(path)).unwrap()
}

/// The properties of all resources of that type.
fn properties(kind: &str) -> Vec<Value> {
    let template = template("infra/stacks/watch.yaml");
    let resources = template.get("Resources").unwrap().as_mapping().unwrap();
    let of_kind = resources.values().filter(|it| it["Type"] == kind);
    of_kind.map(|it| it["Properties"].clone()).collect()
}

/// A text, or what stands behind a tag such as `!Sub`.
fn text(value: &Value) -> &str {
    let Value::Tagged(tagged) = value else {
        return value.as_str().unwrap();
    };
    tagged.value.as_str().unwrap()
}

/// The alarms about a metric of one function, by the function.
fn about_functions(metric: &str) -> Vec<(String, Value)> {
    let alarms = properties("AWS::CloudWatch::Alarm").into_iter();
    let alarms = alarms.filter(|it| it["MetricName"] == metric);
    let named = alarms.map(|it| (text(&it["Dimensions"][0]["Value"]).to_owned(), it));
    named.collect()
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

#[test]
fn every_stream_has_an_alarm_about_its_age_that_gaps_of_a_minute_do_not_still() {
    let template = template("template.yaml");
    let resources = template["Resources"].as_mapping().unwrap().iter();
    let follow = resources.filter(|(_, it)| {
        let mut events = it["Properties"]["Events"]
            .as_mapping()
            .into_iter()
            .flatten();
        events.any(|(_, event)| event["Type"] == "DynamoDB")
    });
    let follow: BTreeSet<_> = follow
        .map(|(name, _)| name.as_str().unwrap().replace("Function", ""))
        .collect();
    let alarms = about_functions("IteratorAge");
    for (function, alarm) in &alarms {
        assert_eq!(alarm["Period"], 300, "{function}");
        assert_eq!(alarm["EvaluationPeriods"], 2, "{function}");
    }
    let watched: BTreeSet<_> = alarms.into_iter().map(|(function, _)| function).collect();
    assert_eq!(watched, follow);
}

#[test]
fn one_rotation_that_fails_is_enough() {
    let alarms = about_functions("Errors");
    let [(function, alarm)] = alarms.as_slice() else {
        panic!("{alarms:?}");
    };
    assert_eq!(function, "Rotation");
    assert_eq!(alarm["EvaluationPeriods"], 1);
    assert_eq!(alarm["Threshold"], 0);
}

#[test]
fn no_alarm_has_more_metrics_than_cloudwatch_takes() {
    for alarm in properties("AWS::CloudWatch::Alarm") {
        let metrics = alarm["Metrics"].as_sequence().into_iter().flatten();
        let measured = metrics.filter(|it| !it["MetricStat"].is_null()).count();
        assert!(measured <= 10, "{:?}", alarm["AlarmName"]);
    }
}

#[test]
fn a_day_on_which_something_rested_costs_what_the_rest_did() {
    let alarms = properties("AWS::CloudWatch::Alarm").into_iter();
    let mut alarms = alarms.filter(|it| text(&it["AlarmName"]).ends_with("the cost of the day"));
    let metrics = alarms.next().unwrap()["Metrics"].clone();
    let mut metrics = metrics.as_sequence().unwrap().iter();
    let expression = metrics.next().unwrap()["Expression"].as_str().unwrap();
    let ids: BTreeSet<_> = metrics.map(|it| it["Id"].as_str().unwrap()).collect();
    for id in &ids {
        let is_filled = expression.contains(&format!("FILL({id}, 0)"));
        assert!(is_filled, "{id}: {expression}");
    }
    assert_eq!(expression.matches("FILL(").count(), ids.len());
    let graphs = properties("AWS::CloudWatch::Dashboard");
    let graphs = text(&graphs[0]["DashboardBody"]);
    assert!(graphs.contains(expression));
    for id in ids {
        assert!(graphs.contains(&format!(r#""id": "{id}""#)), "{id}");
    }
}

#[test]
fn alarms_and_graphs_are_about_the_metrics_of_their_own_stack() {
    let template = template("template.yaml");
    let written = &template["Globals"]["Function"]["Environment"]["Variables"];
    let written = text(&written["WEIR_METRICS_NAMESPACE"]);
    assert!(written.contains("${AWS::StackName}"), "{written}");
    let watched = &template["Resources"]["Watch"]["Properties"]["Parameters"]["Namespace"];
    assert_eq!(text(watched), written);
    let stack = read("infra/stacks/watch.yaml").replace('\\', "");
    let schemas = stack.matches("FROM SCHEMA(").count();
    let own = stack.matches(r#"FROM SCHEMA("${Namespace}", "#).count();
    assert_eq!((schemas, own), (4, 4));
}
