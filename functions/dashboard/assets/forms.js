// What forms can do with scripts: dialogs in front of the page, keys into the clipboard. Without this
// dialogs are cards in the page, and keys are shown to be copied by hand.

const notices = document.querySelector(".notices");

/** Says briefly that something is done. */
export function notify(text) {
  const notice = document.createElement("p");
  notice.className = "notice";
  notice.textContent = text;
  notices.append(notice);
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
  button.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
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

/** A form whose answer is a key: it goes into the clipboard at the first click. */
for (const form of document.querySelectorAll("form[data-copy]")) {
  if (!navigator.clipboard?.write) continue;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let answer;
    const key = async () => {
      const body = new URLSearchParams(new FormData(form));
      const response = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
      if (!response.ok) throw new Error(`status ${response.status}`);
      answer = await response.json();
      return new Blob([answer.key], { type: "text/plain" });
    };
    try {
      // Before the answer is there: later it would be nobody's click any more.
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": key() })]);
    } catch {
      // Nothing was done: the server says why. Or it was, and the browser does not copy: it is shown.
      return answer ? show(form, answer.key) : form.submit();
    }
    if (answer.next) location.assign(`${answer.next}#copied`);
    else notify("Key copied");
  });
}

function show(form, key) {
  const field = document.createElement("input");
  Object.assign(field, { value: key, readOnly: true, ariaLabel: "Key" });
  form.replaceChildren("The browser does not let it be copied. This is the key: ", field);
  field.select();
}

if (location.hash === "#copied") {
  notify("Key copied");
  history.replaceState(null, "", location.pathname);
}
