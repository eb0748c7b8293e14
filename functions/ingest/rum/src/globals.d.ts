// What the page and newer browsers have beside the standard library's types.
interface Document {
  readonly prerendering?: boolean;
}

interface Navigator {
  readonly globalPrivacyControl?: boolean;
}

interface PerformanceNavigationTiming {
  readonly activationStart?: number;
}

interface Window {
  readonly doNotTrack?: string | null;
  weir?: import("./api.ts").Handle;
}
