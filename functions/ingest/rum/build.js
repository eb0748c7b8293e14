// Builds rum.js; with --check says whether the committed file is what the sources build to.
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";
import { minify } from "terser";

/** Bytes, compressed: the script loads on every page of a site. */
const BUDGET = 4096;

const folder = fileURLToPath(new URL(".", import.meta.url));
const file = `${folder}rum.js`;

const { outputFiles } = await build({
  absWorkingDir: folder,
  entryPoints: ["src/main.ts"],
  bundle: true,
  write: false,
  format: "iife",
  // Every browser since 2020.
  target: "es2020",
  charset: "utf8",
});
const { code } = await minify(outputFiles[0].text, {
  ecma: 2020,
  compress: { passes: 3, unsafe_arrows: true },
  format: { preamble: "// Weir, Apache-2.0" },
});
const built = `${code}\n`;
const size = gzipSync(built, { level: 9 }).length;
console.log(`rum.js: ${built.length} bytes, ${size} compressed, of ${BUDGET}`);

if (size > BUDGET) {
  console.error(`rum.js is ${size - BUDGET} bytes over its budget`);
  process.exitCode = 1;
}
if (!process.argv.includes("--check")) {
  writeFileSync(file, built);
} else if (readFileSync(file, "utf8") !== built) {
  console.error("rum.js is not what its sources build to: npm --prefix functions/ingest/rum run build");
  process.exitCode = 1;
}
