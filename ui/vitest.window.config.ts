import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/window/**/*.test.ts"],
    // There is one window on a computer, and each step begins where the one before it ended.
    fileParallelism: false,
    bail: 1,
    testTimeout: 900_000,
    hookTimeout: 120_000,
  },
});
