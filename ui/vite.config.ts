import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  plugins: [svelte()],
  clearScreen: false,
  // `tauri dev` looks for the page exactly here (tauri.conf.json, build.devUrl).
  server: { host: "127.0.0.1", port: 5173, strictPort: true },
  build: {
    // The oldest engine among the web views that the app runs on: WebKitGTK and macOS 13.
    target: "safari16",
    // An asset inlined as data: in a script would not pass the content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: { environment: "jsdom", include: ["src/**/*.test.ts"] },
});
