import { describe, expect, it } from "vitest";

import { counted, relativeTime, size, span } from "./words";

const noon = Date.UTC(2026, 10, 21, 12);

describe("times", () => {
  it("have the unit that fits their size", () => {
    expect(span(4_200)).toBe("4 s");
    expect(span(12 * 60_000 + 59_000)).toBe("12 min");
    expect(span(3 * 3_600_000)).toBe("3 h");
    expect(span(86_400_000)).toBe("1 day");
  });

  it("say which side of now they are on", () => {
    expect(relativeTime(noon - 6_000, noon)).toBe("6 s ago");
    expect(relativeTime(noon + 240_000, noon)).toBe("in 4 min");
    expect(relativeTime(noon - 500, noon)).toBe("just now");
  });

  it("become a day when they are far away", () => {
    expect(relativeTime(Date.UTC(2026, 9, 1, 12), noon)).toBe("1 Oct");
  });
});

describe("numbers", () => {
  it("agree with their word", () => {
    expect(counted(1, "event")).toBe("1 event");
    expect(counted(12_480, "event")).toBe("12,480 events");
  });

  it("of bytes stay short", () => {
    expect(size(512)).toBe("512 bytes");
    expect(size(2_400_000)).toBe("2.4 MB");
    expect(size(340_000_000)).toBe("340 MB");
  });
});
