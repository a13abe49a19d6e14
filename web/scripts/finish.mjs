// After the build: compress what text there is, and hold the first load to its budget.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Script and style that a first visit loads before anything shows, gzip. */
const FIRST_LOAD_BUDGET = 300_000;

const dist = process.argv[2] ?? new URL("../dist", import.meta.url).pathname;

for (const file of readdirSync(dist, { recursive: true }).map(String)) {
  const path = join(dist, file);
  if (!/\.(js|css|svg|html)$/.test(file) || statSync(path).size < 1024) continue;
  const content = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(content, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

const manifest = JSON.parse(readFileSync(join(dist, ".vite", "manifest.json"), "utf8"));
const entry = Object.values(manifest).find((chunk) => chunk.isEntry);
const files = new Set();
const visit = (chunk) => {
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const style of chunk.css ?? []) files.add(style);
  for (const name of chunk.imports ?? []) visit(manifest[name]);
};
visit(entry);
const size = [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, file)), { level: 9 }).length, 0);
writeFileSync(join(dist, ".vite", "first-load.json"), JSON.stringify({ bytes: size, budget: FIRST_LOAD_BUDGET, files: [...files] }));
console.log(`first load: ${(size / 1000).toFixed(1)} kB gzip of ${FIRST_LOAD_BUDGET / 1000} kB`);
if (size > FIRST_LOAD_BUDGET) {
  console.error("The first load is over its budget.");
  process.exit(1);
}
