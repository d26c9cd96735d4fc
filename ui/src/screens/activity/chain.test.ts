import { expect, it } from "vitest";

import type { Story } from "../../host";
import { exactTime } from "../../parts/words";
import { asText, stepsOf } from "./chain";

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

it("names no command of the terminal and no time of Greenwich, nor in what is copied", () => {
  const at = "2026-11-21T08:38:18.632Z";
  const story = {
    row: {
      kind: "opened",
      occurredAt: 0,
      stage: "skipped",
      reason: "kindOff",
      name: "Ana",
      address: null,
    },
    text: "",
    steps: [{ name: "settings", state: "stopped", text: `Seen at ${at}.` }],
    lookedFor: [],
    stoppedAt: "settings",
    advice: "To mirror them: tuco-hubspot settings set mirror.opened on",
    parkedEffect: null,
    correlationId: null,
  } as never as Story;
  const [step] = stepsOf(story);
  expect(step?.todo).toContain("under Settings");
  const copied = asText(story, exactTime);
  expect(copied).not.toContain("tuco-hubspot");
  expect(copied).not.toContain(at);
});
