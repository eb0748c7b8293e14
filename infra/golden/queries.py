"""Queries as Weir has them and, where that differs, as DuckDB does: paths, above all."""


def path(steps, kind="VARCHAR"):
    """A path of the properties in DuckDB."""
    pointer = "$." + steps
    return f"CAST(p->>'{pointer}' AS {kind})" if kind != "VARCHAR" else f"(p->>'{pointer}')"


TOTAL = path("cart.total", "DOUBLE")
REVENUE = path("revenue", "DOUBLE")
DURATION = path("durationMs", "DOUBLE")
COUNTRY = path("geo.country")

FUNNEL = """
WITH viewed AS (SELECT anonymousId, min(timestamp) AS at FROM events WHERE name = 'page_view' GROUP BY anonymousId),
added AS (SELECT e.anonymousId, min(e.timestamp) AS at FROM events e JOIN viewed v ON e.anonymousId = v.anonymousId
  WHERE e.name = 'add_to_cart' AND e.timestamp > v.at AND e.timestamp <= v.at + INTERVAL '2' DAY GROUP BY e.anonymousId),
bought AS (SELECT DISTINCT e.anonymousId FROM events e JOIN added a ON e.anonymousId = a.anonymousId
  WHERE e.name = 'checkout' AND e.timestamp > a.at AND e.timestamp <= a.at + INTERVAL '2' DAY)
SELECT (SELECT count(*) FROM viewed), (SELECT count(*) FROM added), (SELECT count(*) FROM bought)
"""
RETENTION = """
WITH days AS (SELECT DISTINCT anonymousId, date_trunc('day', timestamp) AS day FROM events),
firsts AS (SELECT anonymousId, min(day) AS first FROM days GROUP BY anonymousId)
SELECT f.first, date_diff('day', f.first, d.day) AS later, count(*)
FROM firsts f JOIN days d ON f.anonymousId = d.anonymousId GROUP BY 1, 2 ORDER BY 1, 2
"""
SESSIONS = """
WITH gaps AS (SELECT anonymousId, CASE WHEN date_diff('second', lag(timestamp) OVER w, timestamp) < 36000 THEN 0 ELSE 1 END AS starts
  FROM events WINDOW w AS (PARTITION BY anonymousId ORDER BY timestamp, id))
SELECT anonymousId, sum(starts) FROM gaps GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 10
"""

QUERIES = [
    ("count", "SELECT count(*) FROM events", None),
    ("count by name", "SELECT name, count(*) FROM events GROUP BY name ORDER BY 2 DESC, 1", None),
    ("unique users", "SELECT count(DISTINCT userId), count(DISTINCT anonymousId), count(userId) FROM events", None),
    ("daily count by name", "SELECT date_trunc('day', timestamp) AS day, name, count(*) FROM events GROUP BY 1, 2 ORDER BY 1, 2", None),
    ("daily unique users", "SELECT date_trunc('day', timestamp) AS day, count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 1", None),
    ("days of Vienna", "SELECT CAST(date_trunc('day', timestamp AT TIME ZONE 'Europe/Vienna') AS VARCHAR) IS NOT NULL, count(*) FROM events GROUP BY 1", None),
    ("days of New York", "SELECT date_trunc('day', timestamp AT TIME ZONE 'America/New_York') AS day, count(*) FROM events GROUP BY 1 ORDER BY 1",
     "SELECT date_trunc('day', timestamp AT TIME ZONE 'America/New_York') AT TIME ZONE 'America/New_York' AS day, count(*) FROM events GROUP BY 1 ORDER BY 1"),
    ("hours of Kolkata", "SELECT extract(hour FROM timestamp AT TIME ZONE 'Asia/Kolkata') AS hour, count(*) FROM events GROUP BY 1 ORDER BY 1", None),
    ("one day, one name, by hour", "SELECT date_trunc('hour', timestamp), count(*) FROM events WHERE name = 'click' AND timestamp >= TIMESTAMP '2026-11-19 00:00:00' AND timestamp < TIMESTAMP '2026-11-20 00:00:00' GROUP BY 1 ORDER BY 1", None),
    ("weekdays", "SELECT extract(dow FROM timestamp), count(*) FROM events GROUP BY 1 ORDER BY 1", None),
    ("funnel", FUNNEL, None),
    ("retention", RETENTION, None),
    ("sessions by gaps", SESSIONS, None),
    ("sessions by id", "SELECT count(DISTINCT sessionId), count(*) / count(DISTINCT sessionId) FROM events", "SELECT count(DISTINCT sessionId), count(*) // count(DISTINCT sessionId) FROM events"),
    ("revenue", "SELECT sum(properties.revenue), avg(properties.revenue), min(properties.revenue), max(properties.revenue), count(properties.revenue) FROM events", f"SELECT sum({REVENUE}), avg({REVENUE}), min({REVENUE}), max({REVENUE}), count({REVENUE}) FROM events"),
    ("revenue with a filter", "SELECT sum(properties.revenue) FROM events WHERE properties.geo.country = 'DE' AND properties.revenue > 50", f"SELECT sum({REVENUE}) FROM events WHERE {COUNTRY} = 'DE' AND {REVENUE} > 50"),
    ("daily revenue", "SELECT CAST(timestamp AS DATE) AS day, sum(properties.revenue) FROM events WHERE name = 'checkout' GROUP BY 1 ORDER BY 1", f"SELECT CAST(timestamp AS DATE) AS day, sum({REVENUE}) FROM events WHERE name = 'checkout' GROUP BY 1 ORDER BY 1"),
    ("revenue so far", "SELECT id, sum(properties.revenue) OVER (ORDER BY timestamp, id) FROM events WHERE name = 'checkout' ORDER BY id", f"SELECT id, sum({REVENUE}) OVER (ORDER BY timestamp, id) FROM events WHERE name = 'checkout' ORDER BY id"),
    ("conditional sums", "SELECT name, sum(CASE WHEN properties.cart.total > 100 THEN properties.cart.total ELSE 0 END), count(*) FILTER (WHERE properties.cart.total > 100) FROM events GROUP BY 1 ORDER BY 1", f"SELECT name, sum(CASE WHEN {TOTAL} > 100 THEN {TOTAL} ELSE 0 END), count(*) FILTER (WHERE {TOTAL} > 100) FROM events GROUP BY 1 ORDER BY 1"),
    ("arithmetic", "SELECT id, properties.cart.total * 2 - properties.durationMs / 1000 FROM events WHERE name = 'checkout' AND properties.durationMs IS NOT NULL ORDER BY id", f"SELECT id, {TOTAL} * 2 - {DURATION} / 1000 FROM events WHERE name = 'checkout' AND {DURATION} IS NOT NULL ORDER BY id"),
    ("median and deviation", "SELECT median(properties.durationMs), stddev(properties.durationMs), var_pop(properties.durationMs) FROM events", f"SELECT median({DURATION}), stddev({DURATION}), var_pop({DURATION}) FROM events"),
    ("exact percentiles", "SELECT name, percentile_cont(0.95) WITHIN GROUP (ORDER BY properties.durationMs) FROM events GROUP BY 1 ORDER BY 1", f"SELECT name, quantile_cont({DURATION}, 0.95) FROM events GROUP BY 1 ORDER BY 1"),
    ("buckets of a number", "SELECT floor(properties.durationMs / 500) * 500 AS bucket, count(*) FROM events WHERE properties.durationMs IS NOT NULL GROUP BY 1 ORDER BY 1", f"SELECT floor({DURATION} / 500) * 500 AS bucket, count(*) FROM events WHERE {DURATION} IS NOT NULL GROUP BY 1 ORDER BY 1"),
    ("top paths", "SELECT properties.path, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1", "SELECT p->>'$.path', count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1"),
    ("countries, those without one too", "SELECT properties.geo.country AS country, count(*), count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 2 DESC, 1", f"SELECT {COUNTRY} AS country, count(*), count(DISTINCT anonymousId) FROM events GROUP BY 1 ORDER BY 2 DESC, 1"),
    ("three levels deep", "SELECT properties.geo.city.code AS code, count(*) FROM events WHERE properties.geo.city.code >= 5 GROUP BY 1 ORDER BY 1", "SELECT CAST(p->>'$.geo.city.code' AS BIGINT) AS code, count(*) FROM events WHERE CAST(p->>'$.geo.city.code' AS BIGINT) >= 5 GROUP BY 1 ORDER BY 1"),
    ("elements of a list", "SELECT properties.cart.items[1].sku AS sku, sum(properties.cart.items[1].quantity) FROM events WHERE properties.cart IS NOT NULL GROUP BY 1 ORDER BY 1", "SELECT p->>'$.cart.items[0].sku' AS sku, sum(CAST(p->>'$.cart.items[0].quantity' AS DOUBLE)) FROM events WHERE (p->'$.cart') IS NOT NULL GROUP BY 1 ORDER BY 1"),
    ("lengths of lists", "SELECT json_array_length(properties.cart.items) AS n, count(*) FROM events WHERE name = 'add_to_cart' GROUP BY 1 ORDER BY 1", "SELECT json_array_length(p->'$.cart.items') AS n, count(*) FROM events WHERE name = 'add_to_cart' GROUP BY 1 ORDER BY 1"),
    ("JSON functions", "SELECT json_extract_scalar(properties, '$.geo.country') AS c, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1", f"SELECT {COUNTRY} AS c, count(*) FROM events GROUP BY 1 ORDER BY 2 DESC, 1"),
    ("booleans", "SELECT count(*) FROM events WHERE properties.first", "SELECT count(*) FROM events WHERE CAST(p->>'$.first' AS BOOLEAN)"),
    ("texts", "SELECT upper(split_part(properties.path, '/', 2)), count(*) FROM events WHERE properties.path LIKE '/s%' GROUP BY 1 ORDER BY 1", "SELECT upper(split_part(p->>'$.path', '/', 2)), count(*) FROM events WHERE (p->>'$.path') LIKE '/s%' GROUP BY 1 ORDER BY 1"),
    ("sets", "SELECT anonymousId FROM events WHERE name = 'add_to_cart' EXCEPT SELECT anonymousId FROM events WHERE name = 'checkout' ORDER BY 1", None),
    ("ranks", "SELECT * FROM (SELECT name, id, rank() OVER (PARTITION BY name ORDER BY timestamp DESC, id) AS place FROM events) WHERE place <= 2 ORDER BY name, place", None),
    ("first and last", "SELECT anonymousId, min(timestamp), max(timestamp), date_diff('hour', min(timestamp), max(timestamp)) FROM events GROUP BY 1 ORDER BY 1 LIMIT 8",
     "SELECT anonymousId, min(timestamp), max(timestamp), date_sub('hour', min(timestamp), max(timestamp)) FROM events GROUP BY 1 ORDER BY 1 LIMIT 8"),
]
