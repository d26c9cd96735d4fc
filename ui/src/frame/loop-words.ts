// The state of the loop in a few words: in the status line, on the Overview and on a connection's card.
import type { Connection } from "../host";
import type { Tone } from "../parts/state";
import { clockTime, relativeTime } from "../parts/words";

export interface LoopWords {
  tone: Tone;
  /** The answer to "is it working?". */
  short: string;
  /** Since when, what it means, and what comes next. */
  long: string;
}

/** How much of a connection waits for a person, as far as the snapshot knows. */
export function needsPerson(connection: Connection): number {
  return connection.waiting + connection.parked;
}

/** The loop in words. With something that waits for a person, not all is well. */
export function loopWords(
  connection: Connection,
  now: number,
  needs = needsPerson(connection),
): LoopWords {
  const { state } = connection;
  switch (state.state) {
    case "idle": {
      const checked = connection.lastRoundAt
        ? `Checked ${relativeTime(connection.lastRoundAt, now)}`
        : "Not checked yet";
      const next =
        state.nextAt - now < 2000
          ? "next now"
          : `next ${relativeTime(state.nextAt, now)}`;
      return {
        tone: needs > 0 ? "warn" : "ok",
        short:
          needs > 0
            ? `Working; ${String(needs)} ${needs === 1 ? "needs" : "need"} a person`
            : "In step",
        long: `${checked}, ${next}.`,
      };
    }
    case "running":
      return {
        tone: "accent",
        short:
          state.phase === "signingIn" ? "Signing in" : "Reading and writing",
        long: `Since ${clockTime(state.since)}.`,
      };
    case "waiting":
      return {
        tone: "warn",
        short: `Waits until ${clockTime(state.until)}`,
        long: state.why.message,
      };
    case "offline":
      return {
        tone: "warn",
        short: `Offline since ${clockTime(state.since)}`,
        long: "What is shown was known then. Nothing is lost; it catches up by itself.",
      };
    case "needsSignIn":
      return {
        tone: "danger",
        short: "Needs a new key",
        long: state.why.message,
      };
    case "paused":
      return {
        tone: "neutral",
        short: "Paused",
        long: "Nothing is read or written until you go on.",
      };
    case "stopped":
      return { tone: "danger", short: "Stopped", long: state.why.message };
  }
}
