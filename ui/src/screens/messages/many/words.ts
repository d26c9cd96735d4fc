// What is said about many at once.
import type { Tone } from "../../../parts/state";
import { count, counted } from "../../../parts/words";
import type { ManyFilter, ManyRow, Run, RunState } from "../host";
import { moment, within } from "../words";

/** Where a run stands, in a word, with the sentence that belongs to it. */
export function runWords(
  state: RunState,
  now: number,
): { text: string; tone: Tone; story: string } {
  switch (state.state) {
    case "running":
      return { text: "Running", tone: "accent", story: "" };
    case "waiting":
      return {
        text: `Waits until ${moment(state.until, now)}`,
        tone: "warn",
        story: state.why,
      };
    case "paused":
      return {
        text: "Paused",
        tone: "warn",
        story: `Paused by ${within(state.by)} ${moment(state.at, now)}. What Tuco has already is not held back.`,
      };
    case "stopped":
      return { text: "Stopped", tone: "danger", story: state.why };
    case "finished":
      return {
        text: "Done",
        tone: "ok",
        story: `The last one went ${moment(state.at, now)}.`,
      };
    case "cancelled":
      return {
        text: "Cancelled",
        tone: "neutral",
        story: `By ${within(state.by)} ${moment(state.at, now)}. Nobody who had not got it by then gets it.`,
      };
  }
}

/** `212 of 380 sent, 3 failed, 1 unknown`. */
export function tally(run: Run): string {
  const going = run.people - run.leftOut;
  return [
    `${count(run.sent)} of ${count(going)} sent`,
    ...(run.failed > 0 ? [`${count(run.failed)} failed`] : []),
    ...(run.unknown > 0 ? [`${count(run.unknown)} unknown`] : []),
    ...(run.leftOut > 0
      ? [`${counted(run.leftOut, "person", "people")} left out`]
      : []),
  ].join(", ");
}

export function ended(state: RunState): boolean {
  return state.state === "finished" || state.state === "cancelled";
}

export const filterNames: Record<ManyFilter, string> = {
  all: "Everybody",
  going: "Who gets it",
  leftOut: "Left out",
  done: "Sent",
  open: "Waiting",
  failed: "Failed or unknown",
};

/** Who a row is about. */
export function whoOf(row: Pick<ManyRow, "name" | "to" | "row">): string {
  return row.name.trim() || row.to || `Row ${String(row.row)}`;
}
