// Page views: loads, and the navigations of single-page applications.
import { guarded, on } from "./guard.ts";
import { page, type Recorder } from "./recorder.ts";

export function watchPages(recorder: Recorder): void {
  let last: string | undefined;
  let referrer = document.referrer;
  const view = guarded((again?: boolean) => {
    if (last == page() && !again) return;
    last = page();
    recorder.view = recorder.record("page_view", {
      host: location.host,
      href: plain(location.href),
      path: last,
      pageTitle: document.title,
      referrerHref: plain(referrer),
      referrerHost: referrer.split("/")[2],
      ...campaign(),
    });
    referrer = location.href;
  });
  view();

  // The page sets its title after the address, so a look at both comes a moment later.
  const later = () => setTimeout(view);
  for (const name of ["pushState", "replaceState"] as const) {
    const original = history[name];
    history[name] = function (...given) {
      original.apply(this, given);
      later();
    };
  }
  on(window, "popstate", later);
  on(window, "hashchange", later);
  on<PageTransitionEvent>(window, "pageshow", (event) => event.persisted && view(true));
}

/** An address without its query and fragment, where secrets may lie. */
const plain = (href: string) => href.split(/[?#]/)[0];

/** The UTM parameters: `utm_source` as `utmSource`. */
function campaign(): { [name: string]: string } {
  const found: { [name: string]: string } = {};
  new URLSearchParams(location.search).forEach((value, name) => {
    if (/^utm_/.test(name)) found[name.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] = value;
  });
  return found;
}
