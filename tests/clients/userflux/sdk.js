// The SDK's way to the running Weir.
import { createRequire } from "node:module";

import { weir } from "../support/weir.js";

// The SDK's host is fixed in its code; it sends through the default instance of axios, the
// CommonJS one.
const axios = createRequire(import.meta.url)("axios");

axios.interceptors.request.use((request) => {
  const url = request.url.replace("https://integration-api.userflux.co", weir.baseUrl);
  return { ...request, url, proxy: false };
});

export { default } from "@userflux/backend-js";
