import { describe, expect, it } from "vitest";

import { atHour, localOf, momentOf } from "./zone";

const utc = (text: string): number => Date.parse(`${text}Z`);

describe("a clock time of another zone", () => {
  it("is the moment at which that clock shows it", () => {
    expect(momentOf("2026-11-21T09:00", "America/New_York")).toBe(
      utc("2026-11-21T14:00"),
    );
    expect(momentOf("2026-07-01T09:00", "Asia/Kolkata")).toBe(
      utc("2026-07-01T03:30"),
    );
    expect(localOf(utc("2026-11-21T14:00"), "America/New_York")).toBe(
      "2026-11-21T09:00",
    );
  });

  it("that is left out when the clocks go forward is moved on by the hour", () => {
    expect(momentOf("2026-03-08T02:30", "America/New_York")).toBe(
      utc("2026-03-08T07:30"),
    );
  });

  it("that comes twice when the clocks go back is the first of the two", () => {
    expect(momentOf("2026-11-01T01:30", "America/New_York")).toBe(
      utc("2026-11-01T05:30"),
    );
  });

  it("that is no time is no moment", () => {
    expect(momentOf("", "America/New_York")).toBeUndefined();
  });

  it("of a day ahead keeps its hour across the change of clocks", () => {
    const friday = utc("2026-10-30T15:00");
    const monday = atHour(friday, 3, 9, "America/New_York");
    expect(localOf(monday, "America/New_York")).toBe("2026-11-02T09:00");
  });
});
