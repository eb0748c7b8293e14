// What the makers of the page should know, on its console.
const said = new Set<string>();

/** Says each thing once. */
export function say(message: string): void {
  if (said.has(message)) return;
  said.add(message);
  console.warn(`weir: ${message}`);
}
