/** Whether the visitor asks not to be tracked: Global Privacy Control, or Do Not Track. */
export function isRefused(): boolean {
  return navigator.globalPrivacyControl === true || (navigator.doNotTrack ?? window.doNotTrack) == "1";
}
