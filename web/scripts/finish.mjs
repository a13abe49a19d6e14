// After the build: compress what text there is, hold the first load to its budget, and make it the build that is served.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** Script and style, gzip, that a first visit loads until its page stands there: the shell's and the page's own. */
const FIRST_LOAD_BUDGET = 300_000;
const FIRST_PAGES = ["src/app/PublicShell.tsx", "src/features/home/Landing.tsx", "src/features/home/Login.tsx"];

const web = fileURLToPath(new URL("..", import.meta.url));
const next = join(web, "dist.next");
const dist = join(web, "dist");
const past = join(web, "dist.past");

const manifest = JSON.parse(readFileSync(join(next, ".vite", "manifest.json"), "utf8"));
rmSync(join(next, ".vite"), { recursive: true });

const sizes = {};
for (const file of readdirSync(next, { recursive: true }).map(String)) {
  const path = join(next, file);
  if (!/\.(js|css|svg|html)$/.test(file)) continue;
  const content = readFileSync(path);
  const packed = gzipSync(content, { level: 9 });
  sizes[file] = packed.length;
  if (statSync(path).size < 1024) continue;
  writeFileSync(`${path}.gz`, packed);
  writeFileSync(`${path}.br`, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

const first = new Set();
const visit = (name) => {
  const { file, css = [], imports = [] } = manifest[name];
  if (first.has(file)) return;
  for (const one of [file, ...css]) first.add(one);
  imports.forEach(visit);
};
visit("index.html");
FIRST_PAGES.forEach(visit);
const firstLoad = [...first].reduce((sum, file) => sum + sizes[file], 0);
const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
writeFileSync(join(web, "dist.sizes.json"), JSON.stringify({ first_load: firstLoad, budget: FIRST_LOAD_BUDGET, all, files: Object.fromEntries([...first].map((file) => [file, sizes[file]])) }, null, 1));

console.log(`first load: ${(firstLoad / 1000).toFixed(1)} kB gzip of ${FIRST_LOAD_BUDGET / 1000} kB`);
if (firstLoad > FIRST_LOAD_BUDGET) {
  console.error("The first load is over its budget.");
  process.exit(1);
}

rmSync(past, { recursive: true, force: true });
if (existsSync(dist)) renameSync(dist, past);
renameSync(next, dist);
rmSync(past, { recursive: true, force: true });
