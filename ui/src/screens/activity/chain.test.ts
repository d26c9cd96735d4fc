import { expect, it } from "vitest";

import type { Story } from "../../host";
import { exactTime } from "../../parts/words";
import { stepsOf } from "./chain";

it("says every time in the zone of whoever reads it", () => {
  const at = "2026-11-21T08:38:18.632Z";
  const [step] = stepsOf({
    row: { kind: "reply", occurredAt: 0 },
    steps: [{ name: "hubSpot", state: "done", text: `Written at ${at}.` }],
    lookedFor: [],
    stoppedAt: null,
  } as never as Story);
  expect(step?.text).toBe(`Written at ${exactTime(Date.parse(at))}.`);
});
