//! The queries, as Weir has them and as `DuckDB` does: paths, above all.

/// A query.
pub(crate) struct Text {
    pub(crate) name: &'static str,
    pub(crate) ours: &'static str,
    pub(crate) theirs: &'static str,
}

const FUNNEL: &str = "
WITH viewed AS (SELECT anonymousId, min(timestamp) AS at FROM events WHERE name = 'page_view' GROUP BY anonymousId),
added AS (SELECT e.anonymousId, min(e.timestamp) AS at FROM events e JOIN viewed v ON e.anonymousId = v.anonymousId
  WHERE e.name = 'add_to_cart' AND e.timestamp > v.at AND e.timestamp <= v.at + INTERVAL '7' DAY GROUP BY e.anonymousId),
bought AS (SELECT DISTINCT e.anonymousId FROM events e JOIN added a ON e.anonymousId = a.anonymousId
  WHERE e.name = 'checkout' AND e.timestamp > a.at AND e.timestamp <= a.at + INTERVAL '7' DAY)
SELECT (SELECT count(*) FROM viewed), (SELECT count(*) FROM added), (SELECT count(*) FROM bought)";

const ONE_DAY: &str = "SELECT extract(hour FROM timestamp) AS hour, count(*) FROM events \
    WHERE name = 'add_to_cart' AND timestamp >= TIMESTAMP '2026-12-05 00:00:00' AND timestamp < TIMESTAMP '2026-12-06 00:00:00' \
    GROUP BY 1 ORDER BY 1";

/// Does not end within any time of this bench.
pub(crate) const HEAVY: Text = Text {
    name: "heavy",
    ours: "SELECT max(length(a.properties.referrer || b.properties.referrer)) FROM events a JOIN events b ON a.name = b.name",
    theirs: "",
};

pub(crate) fn all() -> [Text; 8] {
    const SAME: &str = "SELECT CAST(timestamp AS DATE) AS day, name, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2";
    const DAILY: &str = "SELECT CAST(timestamp AS DATE) AS day, count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 1";
    [
        Text {
            name: "daily count by name",
            ours: SAME,
            theirs: SAME,
        },
        Text {
            name: "daily unique users",
            ours: DAILY,
            theirs: DAILY,
        },
        Text {
            name: "funnel of three steps",
            ours: FUNNEL,
            theirs: FUNNEL,
        },
        Text {
            name: "top paths",
            ours: "SELECT properties.page.path AS path, count(*) FROM events WHERE name = 'page_view' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
            theirs: "SELECT p->>'$.page.path' AS path, count(*) FROM events WHERE name = 'page_view' GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10",
        },
        Text {
            name: "p95 of a number",
            ours: "SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY properties.durationMs) FROM events",
            theirs: "SELECT quantile_cont(CAST(p->>'$.durationMs' AS DOUBLE), 0.95) FROM events",
        },
        Text {
            name: "one day by hour",
            ours: ONE_DAY,
            theirs: ONE_DAY,
        },
        Text {
            name: "revenue with a filter",
            ours: "SELECT sum(properties.revenue), count(*) FROM events WHERE properties.geo.country = 'DE' AND properties.revenue > 50",
            theirs: "SELECT sum(CAST(p->>'$.revenue' AS DOUBLE)), count(*) FROM events WHERE p->>'$.geo.country' = 'DE' AND CAST(p->>'$.revenue' AS DOUBLE) > 50",
        },
        Text {
            name: "countries and their users",
            ours: "SELECT properties.geo.country AS country, count(*), count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 2 DESC, 1",
            theirs: "SELECT p->>'$.geo.country' AS country, count(*), count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 2 DESC, 1",
        },
    ]
}
