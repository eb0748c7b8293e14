// Clicks on what the page has marked: `data-weir-event="name"`, with `data-weir-…` as attributes.
import { on } from "./guard.ts";
import type { RecordEvent } from "./recorder.ts";

const MARK = "weirEvent";

export function watchClicks(record: RecordEvent): void {
  on(document, "click", (event) => {
    // By the path, which leads out of shadow trees.
    const marked = event.composedPath().find((node) => (node as HTMLElement).dataset?.[MARK]);
    if (!marked) return;
    const attributes: { [name: string]: string | undefined } = {};
    const { dataset } = marked as HTMLElement;
    for (const name of Object.keys(dataset)) {
      const match = /^weir([A-Z])(.*)/.exec(name);
      if (match && name != MARK) attributes[match[1]!.toLowerCase() + match[2]] = dataset[name];
    }
    record(dataset[MARK]!, attributes);
  });
}
