import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Toasts } from "./toasts.svelte";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("undo is gone when nothing can be undone any more, also while the pointer is on it", () => {
  const toasts = new Toasts();
  toasts.say("Goes to Ana.", {
    undo: () => undefined,
    until: Date.now() + 10_000,
  });
  toasts.hold();
  vi.advanceTimersByTime(9_999);
  expect(toasts.shown?.undo).toBeDefined();
  vi.advanceTimersByTime(1);
  expect(toasts.shown?.text).toBe("Goes to Ana.");
  expect(toasts.shown?.undo).toBeUndefined();
  toasts.go();
  vi.advanceTimersByTime(6_000);
  expect(toasts.shown).toBeUndefined();
});

test("a message that waited for its turn offers no undo that is over by then", () => {
  const toasts = new Toasts();
  toasts.say("First.");
  toasts.hold();
  toasts.say("Goes to Ana.", {
    undo: () => undefined,
    until: Date.now() + 10_000,
  });
  vi.advanceTimersByTime(20_000);
  toasts.close();
  vi.advanceTimersByTime(0);
  expect(toasts.shown?.text).toBe("Goes to Ana.");
  expect(toasts.shown?.undo).toBeUndefined();
});
