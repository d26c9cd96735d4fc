import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// The pages that the page tests open: the gallery of parts, and the whole page with a scripted host.
// They are built as the app's page is, and never part of it.
export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    outDir: "test-pages/site",
    emptyOutDir: true,
    rollupOptions: { input: ["gallery.html", "scripted.html"] },
  },
});
