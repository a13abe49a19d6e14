import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the APIs, the sign-in and the configuration: a running stack's front. */
const stack = process.env.SALUS_PORTAL ?? "http://localhost:8080";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  server: { proxy: Object.fromEntries(["/api", "/sign-in", "/config.json"].map((path) => [path, stack])) },
  build: {
    // A page's own chunk must not be inlined into markup: the policy lets scripts and images come from files alone.
    assetsInlineLimit: 0,
    // scripts/finish.mjs makes it dist once it is whole, so that a running front never serves half a build.
    outDir: "dist.next",
    emptyOutDir: true,
    manifest: true,
    // Every browser that this is built for knows modulepreload.
    modulePreload: { polyfill: false },
  },
  test: { include: ["tests/**/*.test.ts"] },
});
