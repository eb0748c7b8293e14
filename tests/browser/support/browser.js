// Chromium, one for each file of tests.
import { after, before } from "node:test";

import { chromium } from "playwright-core";

/** Names that lead to this machine: pages of another site, and without TLS. */
export const OTHER_SITE = "shop.test";

let browser;

before(async () => {
  browser = await chromium.launch({
    executablePath: process.env.WEIR_CHROMIUM ?? "/usr/bin/chromium",
    // As visitors have it: what they go back to is the page that they left.
    ignoreDefaultArgs: ["--disable-back-forward-cache"],
    args: [`--host-resolver-rules=MAP ${OTHER_SITE} 127.0.0.1`],
  });
});

after(() => browser?.close());

/** A browser of somebody who was never here before, until the test is over; perhaps in another time zone. */
export async function visitor(t, { timezoneId } = {}) {
  const context = await browser.newContext({ timezoneId });
  t.after(() => context.close());
  return context;
}
