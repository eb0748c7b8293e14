// A saved metric: the Metrics API reads its text, and what it says stands below the form.

const parts = ["metric", "name", "sql", "variables", "said", "theirs"];
const [form, name, sql, variables, said, theirs] = parts.map((id) => document.getElementById(id));

function say(text, isBad) {
  Object.assign(said, { textContent: text, className: isBad ? "note bad" : "note", hidden: false });
}

/** Puts the cursor where the text is wrong; both are counted from 1. */
function show({ line, column }) {
  const before = sql.value.split("\n").slice(0, line - 1);
  const at = before.reduce((sum, text) => sum + text.length + 1, column - 1);
  sql.focus();
  sql.setSelectionRange(at, at + 1);
}

/** Shows what somebody else saved: what is sent next replaces that. */
function compare(metric) {
  form.dataset.version = metric.version;
  theirs.textContent = [metric.name, metric.sql, JSON.stringify(metric.variables, null, 2)].join("\n\n");
  theirs.hidden = false;
  say("Somebody else changed this metric meanwhile, and nothing of yours is saved. Saving now replaces this:", true);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { method, path } = event.submitter.dataset;
  const metric = { sql: sql.value };
  if (!path.endsWith("/dry-run")) metric.name = name.value.trim();
  try {
    metric.variables = JSON.parse(variables.value || "[]");
  } catch {
    return say("The variables are not a list in JSON.", true);
  }
  const { version, workspace } = form.dataset;
  const headers = { "Content-Type": "application/json", "If-Match": `"${version}"`, "X-Weir-Workspace": workspace };
  const answer = await fetch(path, { method, headers, body: JSON.stringify(metric) }).catch(() => null);
  const json = await answer?.json().catch(() => null);
  const now = answer?.status === 412 && (await fetch(path, { headers }).then((it) => it.json()).catch(() => null));
  if (now?.version) return compare(now);
  const columns = json?.columns?.map((column) => column.name).join(", ");
  if (columns) say(`This can be run, and answers with ${columns}.`, false);
  else if (answer?.ok) location.assign(`/dashboard/metrics-api${json ? `/saved/${json.id}` : ""}`);
  else say(json?.error?.message ?? "The Metrics API does not answer: try again.", true);
  if (json?.position) show(json.position);
});
