import { describe, expect, it } from "vitest";

import { noFilter } from "../../frame/activity-filter";
import type { Filter } from "../../host";
import { chipsOf, dayTyped, timeChoices, timeLabel, typedDay } from "./chips";
import { isAll } from "./log.svelte";
import { rowTime, said, who } from "./words";

const now = new Date(2026, 10, 21, 14, 2).getTime();
const day = (number: number): number => new Date(2026, 10, number).getTime();
const names = { line: (id: string) => id, contact: (id: string) => id };

describe("chips", () => {
  it("say every condition, and without all of them nothing is left", () => {
    let filter: Filter = {
      ...noFilter,
      kinds: ["reply", "failed"],
      stages: ["waiting"],
      reasons: ["ambiguous"],
      line: "line_1",
      contact: "501",
      from: day(1),
      to: day(8),
    };
    const labels = chipsOf(filter, names, now).map((chip) => chip.label);
    expect(labels).toEqual([
      "Reply",
      "Not delivered",
      "Waits",
      "Several contacts fit",
      "line_1",
      "501",
      "1 Nov to 7 Nov",
    ]);
    for (let left = 7; left > 0; left -= 1) {
      const [first] = chipsOf(filter, names, now);
      if (first) filter = first.without;
      expect(chipsOf(filter, names, now)).toHaveLength(left - 1);
    }
    expect(isAll(filter)).toBe(true);
  });

  it("name times as a person would", () => {
    const choices = timeChoices(now);
    expect(choices.map(({ from, to }) => timeLabel(from, to, now))).toEqual(
      choices.map((choice) => choice.label),
    );
    expect(timeLabel(day(9), day(10), now)).toBe("9 Nov");
    expect(timeLabel(null, day(10), now)).toBe("Until 10 Nov");
    expect(timeLabel(day(9) + 3_600_000, null, now)).toBe("Since 9 Nov 01:00");
  });
});

describe("a day that is typed", () => {
  it("comes back as it was, and is refused where there is no such day", () => {
    for (const typed of ["2026-11-01", "2024-02-29"]) {
      const at = typedDay(typed);
      expect(at === null ? null : dayTyped(at)).toBe(typed);
    }
    for (const typed of ["2026-02-29", "2026-13-01", "1.11.2026", "x", ""]) {
      expect(typedDay(typed)).toBeNull();
    }
  });
});

describe("the time of a row", () => {
  it("says as much as is needed from where we are", () => {
    const at = (...when: [number, number, number]): number =>
      new Date(when[0], when[1], when[2], 13, 58).getTime();
    expect(rowTime(at(2026, 10, 21), now, "short")).toBe("13:58");
    expect(rowTime(at(2026, 10, 20), now, "short")).toBe("Fri 13:58");
    expect(rowTime(at(2026, 10, 9), now, "short")).toBe("9 Nov");
    expect(rowTime(at(2025, 10, 9), now, "short")).toBe("Nov 2025");
    expect(rowTime(at(2026, 10, 9), now, "exact")).toBe("9 Nov 13:58:00");
    expect(rowTime(at(2025, 10, 9), now, "exact")).toBe("9 Nov 2025 13:58");
    expect(rowTime(now - 240_000, now, "relative")).toBe("4 min ago");
  });
});

describe("a text of which nothing can be seen", () => {
  it("is as good as none", () => {
    expect(who({ name: "\u200b\u202e \u3164", address: "+1 202" })).toBe(
      "+1 202",
    );
    expect(who({ name: null, address: "\u2066" })).toBe("Unknown");
    expect(said({ text: "\u200b\n", files: 2 })).toBe("2 files");
    expect(said({ text: "👍", files: 0 })).toBe("👍");
  });
});
