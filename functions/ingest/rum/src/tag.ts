// What the script tag says.

export interface Tag {
  /** Where events go, with the key: so no request needs a preflight, and a beacon is like any other. */
  readonly url: string;
  /** Names the queue: the part of the key that stays when its secret is rotated. */
  readonly lane: string;
  /** What all events of this browser have in common. */
  readonly session: Record<string, unknown>;
  captures(what: "pages" | "vitals" | "errors" | "clicks"): boolean;
}

/** Undefined where no key is given. */
export function readTag(): Tag | undefined {
  const script = (document.currentScript ??
    document.querySelector("script[data-key^=weir_]")) as HTMLScriptElement | null;
  const { key, endpoint, service, environment, release, capture } = script?.dataset ?? {};
  if (!script || !key) return;
  const base = endpoint ? endpoint.replace(/\/*$/, "/") : script.src;
  return {
    url: `${new URL("json/rum", base)}?apikey=${encodeURIComponent(key)}`,
    lane: key.split("_")[2] ?? key,
    session: {
      "service.name": service ?? location.hostname,
      env: environment,
      releaseId: release,
      userAgent: navigator.userAgent,
      browserLanguage: navigator.language,
      screenWidth: screen.width,
      screenHeight: screen.height,
    },
    captures: (what) => !capture || capture.includes(what),
  };
}
