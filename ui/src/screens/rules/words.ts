// What the screen calls the states of rules and of their runs.
import type { Tone } from "../../parts/state";
import { counted, span } from "../../parts/words";
import type { IconName } from "../../parts/icons";
import type { RuleRun, RuleRunState, RuleShown, RuleTrigger } from "./host";

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

/** What a rule sees only once an hour, where it does. */
function hourly(trigger: RuleTrigger | null): "left" | "lead" | undefined {
  if (trigger?.on === "list" && trigger.step === "leaves") return "left";
  if (trigger?.on === "property" && trigger.field.object === "lead")
    return "lead";
  return undefined;
}

/** How late a rule sees what sets it off, where that is more than a round; else empty. */
export function seenLate(trigger: RuleTrigger | null): string {
  switch (hourly(trigger)) {
    case "left":
      return "HubSpot tells nobody who left a list: it is read once an hour.";
    case "lead":
      return "Leads are read once an hour, where people are kept in step.";
    default:
      return "";
  }
}

/** What a look back can't show; empty where it shows everything. */
export function unseen(trigger: RuleTrigger | null): string {
  switch (hourly(trigger)) {
    case "left":
      return "A dry run can’t show who left a list: HubSpot keeps no word of it. So it says nothing of how many people the rule will reach.";
    case "lead":
      return "A dry run can’t show what changed in leads: Tuco keeps no history of them. So it says nothing of how many people the rule will reach.";
    default:
      return "";
  }
}
