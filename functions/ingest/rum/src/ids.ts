/** Random bytes as hexadecimal digits; `crypto.randomUUID` is missing on pages without TLS. */
export function randomHex(bytes: number): string {
  const digits = (byte: number) => byte.toString(16).padStart(2, "0");
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), digits).join("");
}

/** A new event's id. Ids sort by their time. */
export function eventId(now: number): string {
  return now.toString(36).padStart(9, "0") + randomHex(10);
}
