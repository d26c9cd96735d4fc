import svelte from "eslint-plugin-svelte";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["dist", "test-pages", "src/bindings.ts"] },
  tseslint.configs.strict,
  svelte.configs.recommended,
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ["src/**"],
    ignores: ["src/host/**"],
    rules: {
      // One seam to the Rust side: what is not in src/host cannot reach it, and can be tested
      // in a browser with a host that is made up.
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            {
              group: ["@tauri-apps/*"],
              message: "Only src/host speaks to Tauri.",
            },
          ],
        },
      ],
    },
  },
);
