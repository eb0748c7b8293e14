/** Milliseconds: far longer than anything takes on a busy machine. */
const PATIENCE = 60_000;

/** What the function gives as soon as it gives something. */
export async function until(what, look) {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`still waiting for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
