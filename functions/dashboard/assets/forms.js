// What forms can do with scripts: dialogs in front of the page, keys into the clipboard. Without this
// dialogs are cards in the page, and keys are shown to be copied by hand.

const notices = document.querySelector(".notices");

/** Says briefly that something is done. */
function notify(textContent) {
  notices.append(Object.assign(document.createElement("p"), { className: "notice", textContent }));
}

/** A dialog that the server opened comes to the front; leaving it is its way back. */
for (const dialog of document.querySelectorAll("dialog[open]")) {
  dialog.close();
  dialog.showModal();
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dialog.querySelector(".back").click();
  });
}

// Where an edit goes on: a browser does not go there by itself if the address names a section.
document.querySelector("main [autofocus]:not(dialog *)")?.focus();

/** A button that asks the server for a dialog which is in the page already. */
for (const button of document.querySelectorAll("button[data-dialog]")) {
  const dialog = document.getElementById(button.dataset.dialog);
  const asks = dialog.querySelector("[name=asks]");
  // What is in a closed dialog is not sent as something that somebody asks for.
  const tell = () => (asks.disabled = !dialog.open);
  dialog.addEventListener("close", tell);
  button.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
    tell();
  });
}

/** A button that copies what a field shows, or a text of the page. */
for (const button of document.querySelectorAll("[data-copies]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    const shown = document.getElementById(button.dataset.copies);
    shown.select?.();
    await navigator.clipboard.writeText(shown.value ?? shown.textContent);
    notify(shown.value ? "Key copied" : "Copied");
  });
}

/** A form whose answer is a key: it goes into the clipboard at the first click; another click meanwhile does nothing. */
for (const form of document.querySelectorAll("form[data-copy]")) {
  if (!navigator.clipboard?.write) continue;
  form.hidden = false;
  let busy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    const answer = ask(form);
    const text = answer.then(({ key }) => new Blob([key], { type: "text/plain" }));
    try {
      // Before the answer is there: later it would be nobody's click any more.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": text })]);
    } catch {
      // Nothing was done: the server says why. Or it was, and the browser does not copy: it is shown.
      const made = await answer.catch(() => null);
      return made ? show(form, made.key) : form.submit();
    }
    const { next } = await answer;
    if (next) return location.assign(`${next}#copied`);
    notify("Key copied");
    busy = false;
  });
}

async function ask(form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

function show(form, key) {
  const field = Object.assign(document.createElement("input"), { value: key, readOnly: true, ariaLabel: "Key" });
  form.replaceChildren("The browser does not let it be copied. This is the key: ", field);
  field.select();
}

/** While an answer is awaited another click sends nothing, for it may show what is shown once. Not for ever: somebody may have stopped it. */
let sentAt = -Infinity;
addEventListener("pageshow", () => (sentAt = -Infinity));
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  if (event.timeStamp - sentAt < 10_000) event.preventDefault();
  else sentAt = event.timeStamp;
});

if (location.hash === "#copied") {
  notify("Key copied");
  history.replaceState(null, "", location.pathname);
}
