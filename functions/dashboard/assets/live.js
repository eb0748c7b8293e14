// Live events: the newest rows in place of the older ones, every two seconds. The server renders them.

const [flow, trouble, pause] = [".flow", ".trouble", ".pause"].map((it) => document.querySelector(it));
let timer;
let running = true;

function load() {
  const request = new XMLHttpRequest();
  request.open("GET", flow.dataset.address);
  // A document without scripts: texts in it stay what the server escaped.
  request.responseType = "document";
  request.timeout = 15_000;
  request.onloadend = () => {
    const newer = request.status === 200 && request.response?.querySelector(".flow");
    // What stays as it is may be selected, read and copied.
    if (running && newer && newer.textContent !== flow.textContent) flow.replaceChildren(...newer.childNodes);
    if (newer) trouble.textContent = "";
    else if (request.status === 401) trouble.textContent = "You are signed out. Load the page again to sign in.";
    else trouble.textContent = "New events do not come. Trying again.";
    wait(2_000);
  };
  request.send();
}

function wait(millis) {
  clearTimeout(timer);
  if (running && !document.hidden) timer = setTimeout(load, millis);
}

pause.hidden = false;
pause.addEventListener("click", () => {
  running = !running;
  pause.textContent = running ? "Pause" : "Resume";
  wait(0);
});
document.addEventListener("visibilitychange", () => wait(0));
wait(2_000);
