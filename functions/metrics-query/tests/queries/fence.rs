//! What a query may not do, and where it ends.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use insta::assert_snapshot;
use query::Limits;
use serde_json::{Value, json};
use testkit::Fault;

use crate::support::{Asking, NOW};

const ATTACKS: &[&str] = &[
    "CREATE TABLE t AS SELECT 1",
    "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
    "CREATE VIEW v AS SELECT 1",
    "DROP TABLE events",
    "INSERT INTO events VALUES (1)",
    "UPDATE events SET name = 'x'",
    "DELETE FROM events",
    "COPY events TO '/tmp/x'",
    "SET datafusion.execution.target_partitions = 1",
    "SHOW TABLES",
    "SHOW ALL",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1",
    "PREPARE p AS SELECT 1",
    "DESCRIBE events",
    "SELECT 1; DROP TABLE events",
    "SELECT 1; SELECT 2",
    "SELECT * INTO t FROM events",
    "SELECT * FROM events FOR UPDATE",
    "WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t",
    "SELECT * FROM (WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t)",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM \"/etc/passwd\"",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM other.public.events",
    "SELECT * FROM generate_series(1, 1000000000)",
    "SELECT * FROM range(1, 1000000000)",
    "SELECT getenv('AWS_SECRET_ACCESS_KEY')",
    "SELECT version()",
    "SELECT repeat('x', 1000000000)",
    "SELECT lpad('x', 1000000000, 'y')",
    "SELECT array_repeat(1, 1000000000)",
    "SELECT range(1, 1000000000)",
    "SELECT random()",
    "SELECT @version",
];

#[tokio::test]
async fn nothing_but_select_is_allowed() {
    let asking = Asking::start().await;
    let mut faults = String::new();
    for sql in ATTACKS {
        let answer = asking.ask(sql).await;
        assert_eq!(answer.status, 400, "{sql}: {}", answer.body);
        writeln!(
            faults,
            "{sql}\n  {} {}",
            answer.code(),
            answer.json()["error"]["message"].as_str().unwrap()
        )
        .unwrap();
    }
    assert_snapshot!(faults, @r#"
    CREATE TABLE t AS SELECT 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'
      invalid_sql expected fileformat, found CSV at line 1, column 35
    CREATE VIEW v AS SELECT 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    DROP TABLE events
      sql_not_allowed only SELECT is allowed at line 1, column 1
    INSERT INTO events VALUES (1)
      sql_not_allowed only SELECT is allowed at line 1, column 1
    UPDATE events SET name = 'x'
      sql_not_allowed only SELECT is allowed at line 1, column 1
    DELETE FROM events
      sql_not_allowed only SELECT is allowed at line 1, column 1
    COPY events TO '/tmp/x'
      sql_not_allowed only SELECT is allowed at line 1, column 1
    SET datafusion.execution.target_partitions = 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    SHOW TABLES
      sql_not_allowed only SELECT is allowed at line 1, column 1
    SHOW ALL
      sql_not_allowed only SELECT is allowed at line 1, column 1
    EXPLAIN SELECT 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    EXPLAIN ANALYZE SELECT 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    PREPARE p AS SELECT 1
      sql_not_allowed only SELECT is allowed at line 1, column 1
    DESCRIBE events
      sql_not_allowed only SELECT is allowed at line 1, column 1
    SELECT 1; DROP TABLE events
      sql_not_allowed a query is one statement at line 1, column 11
    SELECT 1; SELECT 2
      sql_not_allowed a query is one statement at line 1, column 11
    SELECT * INTO t FROM events
      sql_not_allowed only SELECT is allowed, without INTO at line 1, column 1
    SELECT * FROM events FOR UPDATE
      sql_not_allowed FOR, SETTINGS, FORMAT and |> are not allowed at line 1, column 1
    WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t
      sql_not_allowed recursive queries are not allowed at line 1, column 1
    SELECT * FROM (WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t) SELECT * FROM t)
      sql_not_allowed Recursive CTEs are not enabled at line 1, column 21
    SELECT * FROM '/etc/passwd'
      invalid_sql the table '/etc/passwd' not found
    SELECT * FROM "/etc/passwd"
      invalid_sql the table '/etc/passwd' not found at line 1, column 15
    SELECT * FROM read_csv('/etc/passwd')
      invalid_sql table function 'read_csv' not found at line 1, column 15
    SELECT * FROM information_schema.tables
      invalid_sql the table 'datafusion.information_schema.tables' not found at line 1, column 15
    SELECT * FROM other.public.events
      invalid_sql the table 'other.public.events' not found at line 1, column 15
    SELECT * FROM generate_series(1, 1000000000)
      invalid_sql table function 'generate_series' not found at line 1, column 15
    SELECT * FROM range(1, 1000000000)
      invalid_sql table function 'range' not found
    SELECT getenv('AWS_SECRET_ACCESS_KEY')
      invalid_sql there is no function 'getenv' at line 1, column 8
    SELECT version()
      invalid_sql there is no function 'version' at line 1, column 8
    SELECT repeat('x', 1000000000)
      invalid_sql there is no function 'repeat' at line 1, column 8
    SELECT lpad('x', 1000000000, 'y')
      invalid_sql there is no function 'lpad' at line 1, column 8
    SELECT array_repeat(1, 1000000000)
      invalid_sql there is no function 'array_repeat' at line 1, column 8
    SELECT range(1, 1000000000)
      invalid_sql there is no function 'range' at line 1, column 8
    SELECT random()
      invalid_sql there is no function 'random' at line 1, column 8
    SELECT @version
      invalid_sql a variable is written @{name}
    "#);
}

#[tokio::test]
async fn a_text_that_is_too_long_or_too_deep_is_refused() {
    let asking = Asking::start().await;
    let many = |text: &str, count: usize| text.repeat(count);
    let texts = [
        format!("SELECT '{}'", many("x", 1_000_000)),
        format!("SELECT {}1{}", many("(", 5_000), many(")", 5_000)),
        format!("SELECT {}1", many("- ", 3_000)),
        format!("SELECT {}TRUE", many("NOT ", 3_000)),
        format!("SELECT {}", many("CASE WHEN TRUE THEN ", 1_000)),
        format!("SELECT 1{}", many(" + 1", 4_000)),
        format!("SELECT 1{}", many(", 1", 5_000)),
        format!(
            "{}SELECT 1{}",
            many("SELECT * FROM (", 1_000),
            many(")", 1_000)
        ),
        // Within the limits, and nothing that the parser could take long over.
        format!("SELECT {}1", many("(", 20)),
        format!("SELECT * FROM {}", many("(", 20)),
        format!("SELECT {}", many("CASE WHEN ", 8)),
        format!("SELECT {}1", many("f(", 20)),
        format!("SELECT {}", many("(SELECT ", 20)),
    ];
    for text in texts {
        let answer = asking.ask(&text).await;
        let start = text.chars().take(40).collect::<String>();
        assert_eq!(
            answer.status,
            400,
            "{start}: {}",
            answer.body.chars().take(300).collect::<String>()
        );
    }
    // Long and harmless.
    let sum = format!("SELECT 1{}", many(" + 1", 300));
    assert_eq!(asking.rows(&sum).await, "[301]");
}

#[tokio::test]
async fn joins_of_all_with_all_need_a_side_of_one_row() {
    let shop = Asking::shop().await;
    assert_snapshot!(shop.fault("SELECT count(*) FROM events a, events b").await, @"400 unbounded_join: a join pairs every row with every other: join ON an equality, or with a side of one row");
    assert_snapshot!(shop.fault("SELECT count(*) FROM events a CROSS JOIN events b").await, @"400 unbounded_join: a join pairs every row with every other: join ON an equality, or with a side of one row");
    assert_snapshot!(shop.fault("SELECT count(*) FROM events a JOIN events b ON a.timestamp < b.timestamp").await, @"400 unbounded_join: a join pairs every row with every other: join ON an equality, or with a side of one row");
    assert_snapshot!(shop.rows("SELECT count(*) FROM events a CROSS JOIN (SELECT max(timestamp) AS last FROM events) b WHERE a.timestamp = b.last").await, @"[1]");
    assert_snapshot!(shop.rows("SELECT count(*), (SELECT count(*) FROM events) FROM events a JOIN events b ON a.userId = b.userId").await, @"[29,9]");
}

fn limits(change: impl FnOnce(&mut Limits)) -> Limits {
    let mut limits = Limits::default();
    change(&mut limits);
    limits
}

async fn fault_with(limits: Limits, sql: &str) -> String {
    let asking = Asking::with(limits).await;
    asking.send(&crate::support::shop()).await;
    asking.fault(sql).await
}

#[tokio::test]
async fn each_limit_has_its_code_and_says_what_to_narrow() {
    assert_snapshot!(fault_with(limits(|it| it.rows = 8), "SELECT count(*) FROM events").await, @"422 rows_limit: the query reads more than 8 events: narrow the range of timestamp, or the names");
    assert_snapshot!(fault_with(limits(|it| it.bytes = 100), "SELECT count(*) FROM events").await, @"422 bytes_limit: the query reads more than 100 bytes: narrow the range of timestamp, or the names");
    assert_snapshot!(fault_with(limits(|it| it.answer_rows = 8), "SELECT * FROM events").await, @"422 answer_limit: the answer has more than 8 rows: aggregate them, or set a LIMIT");
    assert_snapshot!(fault_with(limits(|it| it.answer_bytes = 1_000), "SELECT * FROM events").await, @"422 answer_limit: the answer has more than 1000 bytes: select fewer columns, or set a LIMIT");
    assert_snapshot!(fault_with(limits(|it| it.memory = 20), "SELECT name, count(*) FROM events GROUP BY name").await, @"422 memory_limit: the query needs more than 20 bytes of memory: group by fewer values, sort fewer rows, or narrow the range of timestamp");
    assert_snapshot!(fault_with(limits(|it| it.process_memory = 1), "SELECT count(*) FROM events").await, @"422 memory_limit: the query needs more than 1 bytes of memory: group by fewer values, sort fewer rows, or narrow the range of timestamp");
    assert_snapshot!(fault_with(limits(|it| it.time_ms = 0), "SELECT count(*) FROM events").await, @"422 time_limit: the query takes longer than 0 ms: narrow the range of timestamp, or join less");
}

/// A query that would run for minutes: each user's events with each of the same user's.
const LONG: &str = "SELECT count(*) FROM events a JOIN events b ON a.name = b.name JOIN events c ON b.name = c.name \
                    JOIN events d ON c.name = d.name WHERE length(a.id || b.id || c.id || d.id) < 0";

/// So many events of one name that joining them takes minutes.
fn many() -> Vec<Value> {
    let event = |id| json!({"id": format!("e{id}"), "name": "x", "userId": "u", "timestamp": NOW});
    (0..900).map(event).collect()
}

/// A text that becomes twice as long, or more, each of 30 times.
fn again_and_again(start: &str, step: &str) -> String {
    let mut sql = format!("WITH t0 AS (SELECT {start} AS x)");
    for at in 1..=30 {
        write!(sql, ", t{at} AS (SELECT {step} AS x FROM t{})", at - 1).unwrap();
    }
    format!("{sql} SELECT x FROM t30")
}

#[tokio::test]
async fn what_functions_make_of_little_is_bounded_before_it_is_made() {
    let asking = Asking::start().await;
    let (thousand, ten_thousand) = ("a".repeat(1_000), "a".repeat(10_000));
    let text = format!("'{thousand}'");
    let texts = [
        format!("SELECT replace(replace({text}, 'a', {text}), 'a', '{ten_thousand}')"),
        format!("SELECT regexp_replace(replace({text}, 'a', {text}), 'a', '{ten_thousand}', 'g')"),
        format!(
            "SELECT to_char(now(), replace({text}, 'a', '%c{}'))",
            "%c".repeat(500)
        ),
        again_and_again(&text, "x || x"),
        again_and_again(&text, "concat(x, 'b', x)"),
        again_and_again(&text, "concat_ws('b', x, x)"),
        again_and_again(&text, "array_to_string(make_array(x, x), ',')"),
        again_and_again("make_array(1, 2)", "make_array(x, x)"),
        again_and_again("make_array(1, 2)", "x || x"),
        again_and_again("make_array(1, 2)", "[x, x]"),
    ];
    for sql in texts {
        let fault = asking.fault(&sql).await;
        let start: String = sql.chars().rev().take(60).collect();
        assert!(
            fault.starts_with("422 memory_limit: a function makes more than "),
            "{start} {fault}"
        );
    }
    // What stays within bounds is what it was.
    assert_eq!(
        asking.rows("SELECT replace('a-b-c', '-', '--'), 'a' || 1 || NULL, 'a' || 'b' || upper('c'), concat('a', NULL, 'b'), array_to_string(make_array('a', 'b'), '-')").await,
        r#"["a--b--c",null,"abC","ab","a-b"]"#
    );
    let chain = format!("SELECT length('a'{})", " || 'a'".repeat(1_500));
    assert_eq!(asking.rows(&chain).await, "[1501]");
}

#[tokio::test]
async fn planning_is_bounded_like_running() {
    let asking = Asking::with(limits(|it| it.process_memory = 1)).await;
    let viewer = asking.app.admin_key(policy::Role::Viewer).await;
    let call = asking.to("POST", "/admin/v1/metrics/dry-run").key(&viewer);
    let answer = call.json(&json!({"sql": "SELECT 1"})).send().await;
    assert_eq!((answer.status, answer.code()), (422, "memory_limit".into()));
}

#[tokio::test]
async fn a_text_that_cannot_be_planned_for_want_of_the_store_is_tried_once() {
    let asking = Asking::start().await;
    let viewer = asking.app.admin_key(policy::Role::Viewer).await;
    let fault = Fault::server_error().on_table("profiles");
    let fault = asking.app.stand_in.faults().inject(fault);
    let variables = json!([{"name": "x", "type": "text"}]);
    let body = json!({"sql": "SELECT '@{x}'", "variables": variables});
    let call = asking.to("POST", "/admin/v1/metrics/dry-run").key(&viewer);
    assert_eq!(call.json(&body).send().await.code(), "unavailable");
    assert_eq!(fault.hits(), 3, "the attempts of one call");
}

#[tokio::test]
async fn a_query_ends_at_its_deadline_and_others_are_served() {
    let asking = Asking::with(limits(|it| it.time_ms = 3_000)).await;
    asking.send(&many()).await;
    let started = Instant::now();
    let fault = asking.fault(LONG).await;
    let taken = started.elapsed();
    assert_snapshot!(fault, @"422 time_limit: the query takes longer than 3000 ms: narrow the range of timestamp, or join less");
    // How soon after it is measured, not tested.
    assert!(taken >= Duration::from_secs(3), "{taken:?}");
    assert_eq!(asking.rows("SELECT 1").await, "[1]");
}
