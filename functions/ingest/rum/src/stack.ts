// Stacks as the browsers write them.

export interface Frame {
  readonly function: string | undefined;
  readonly filename: string | undefined;
  readonly lineno: number;
  readonly colno: number;
}

const MAX_FRAMES = 50;
const MAX_CHARACTERS = 10_000;
/** `at name (file:1:2)` and `at file:1:2` of Chromium, `name@file:1:2` of Firefox and Safari. */
const LINE = /^\s*(?:at )?(?:(.*?)(?: \(|@))?([^(@]*?):(\d+):(\d+)\)?$/;

/** The innermost first. Lines of another form are left out. */
export function frames(stack: string): Frame[] {
  return stack
    .slice(0, MAX_CHARACTERS)
    .split("\n")
    .map((line) => LINE.exec(line))
    .filter((match) => match !== null)
    .slice(0, MAX_FRAMES)
    .map(([, name, filename, lineno, colno]) => ({
      function: name || undefined,
      filename,
      lineno: Number(lineno),
      colno: Number(colno),
    }));
}
