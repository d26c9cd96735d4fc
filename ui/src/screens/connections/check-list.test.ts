import { cleanup, render, screen } from "@testing-library/svelte";
import { afterEach, expect, it } from "vitest";

import type { Check } from "../../host";
import CheckList from "./CheckList.svelte";

afterEach(cleanup);

const check = (title: string): Check => ({
  check: "tuco.line",
  title,
  mark: "ok",
  found: "active",
  cause: "",
  consequence: "",
  advice: "",
  correlationId: null,
  latencyMs: null,
});

it("ticks every check, also several of one kind, as they come", async () => {
  const shown = render(CheckList, { checks: [], running: true });
  await shown.rerender({ checks: [check("Line Ana")], running: true });
  await shown.rerender({
    checks: [check("Line Ana"), check("Line Ben")],
    running: false,
  });
  expect(screen.getAllByRole("listitem")).toHaveLength(2);
});
