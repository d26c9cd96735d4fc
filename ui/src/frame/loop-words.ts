// The state of the loop in a few words: in the status line, on the Overview and on a connection's card.
import type { Tone } from "../parts/state";
import { clockTime, relativeTime } from "../parts/words";
import type { Loop } from "./state";

export interface LoopWords {
  tone: Tone;
  /** The answer to "is it working?". */
  short: string;
  /** Since when, and what comes next. */
  long: string;
}

/** The loop in words. `needsPerson` is how much waits for somebody: then not all is well. */
export function loopWords(loop: Loop, now: number, needsPerson = 0): LoopWords {
  switch (loop.state) {
    case "starting":
      return { tone: "accent", short: "Starting", long: "Keys are read." };
    case "reading":
      return { tone: "accent", short: "Reading", long: loop.phase };
    case "idle":
      return {
        tone: needsPerson > 0 ? "warn" : "ok",
        short:
          needsPerson > 0
            ? `Working, ${String(needsPerson)} ${needsPerson === 1 ? "needs" : "need"} you`
            : "In step",
        long: `Checked ${relativeTime(loop.checkedAt, now)}, next ${relativeTime(Math.max(loop.nextAt, now), now).replace("just now", "now")}`,
      };
    case "waiting":
      return {
        tone: "warn",
        short: `Waits until ${clockTime(loop.until)}`,
        long: loop.why,
      };
    case "offline":
      return {
        tone: "warn",
        short: `Offline since ${clockTime(loop.since)}`,
        long: "Nothing is lost; it catches up by itself.",
      };
    case "needs-sign-in":
      return {
        tone: "danger",
        short: `${loop.side} refuses the key`,
        long: "Events are kept and wait for a new key.",
      };
    case "paused":
      return {
        tone: "neutral",
        short: `Paused since ${clockTime(loop.since)}`,
        long: "Nothing is read or written until you go on.",
      };
    case "stopped":
      return { tone: "danger", short: "Stopped", long: loop.why };
  }
}
