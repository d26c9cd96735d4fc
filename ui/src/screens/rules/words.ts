// What the screen calls the states of rules and of their runs.
import type { Tone } from "../../parts/state";
import { counted, span } from "../../parts/words";
import type { IconName } from "../../parts/icons";
import type { RuleRun, RuleRunState, RuleShown } from "./host";

export interface Word {
  text: string;
  tone: Tone;
  /** What stands behind the word, in a sentence; may be empty. */
  says: string;
}

/** Where a rule stands, in a word. */
export function standing(rule: RuleShown): Word {
  if (rule.state === "on") return { text: "On", tone: "ok", says: "" };
  if (rule.state === "paused") {
    return { text: "Paused", tone: "warn", says: rule.reason };
  }
  const [first] = rule.obstacles;
  if (!rule.readable || first) {
    return {
      text: "Not ready",
      tone: "warn",
      says: first ?? "This version can't read the rule.",
    };
  }
  return { text: "Off", tone: "neutral", says: rule.reason };
}

/** "12 done, 3 not, 2 wait"; what is none is not said. */
export function todayWords(rule: RuleShown): string {
  const said = [
    rule.actedToday > 0 ? `${String(rule.actedToday)} done` : "",
    rule.refusedToday > 0 ? `${String(rule.refusedToday)} not` : "",
    rule.waiting > 0
      ? `${String(rule.waiting)} ${rule.waiting === 1 ? "waits" : "wait"}`
      : "",
  ].filter(Boolean);
  return said.join(", ") || "Nothing today";
}

export const runWords: Record<
  RuleRunState,
  { text: string; tone: Tone; icon: IconName }
> = {
  refused: { text: "Does not fit", tone: "neutral", icon: "minus" },
  waiting: { text: "Waits", tone: "accent", icon: "clock" },
  doing: { text: "Under way", tone: "accent", icon: "loader-circle" },
  done: { text: "Done", tone: "ok", icon: "check" },
  leftOut: { text: "Left out", tone: "neutral", icon: "ban" },
  failed: { text: "Failed", tone: "danger", icon: "x" },
  unknown: { text: "Unknown", tone: "warn", icon: "triangle-alert" },
  expired: { text: "Too late", tone: "warn", icon: "calendar-x" },
  stopped: { text: "Stopped", tone: "neutral", icon: "pause" },
};

/** "3 h late"; empty where it was or is in time. */
export function lateWords(run: RuleRun): string {
  return run.lateMs >= 60_000 ? `${span(run.lateMs)} late` : "";
}

/** A person as they are called; nobody without a name is nameless. */
export function whoOf(person: { name: string; contactId: string }): string {
  return person.name || `Contact ${person.contactId}`;
}

export function peopleWords(many: number): string {
  return counted(many, "person", "people");
}
