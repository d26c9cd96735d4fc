import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["tests/bench/**/*.bench.ts"],
    fileParallelism: false,
    bail: 1,
    testTimeout: 3_600_000,
    hookTimeout: 3_600_000,
  },
});
