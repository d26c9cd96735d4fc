// What rules cost in the scripted host.
import type { RuleBudget, RuleCalls } from "../../screens/rules/host";
import type { KeptRule } from "./drafts";

const calls = (
  hubspotToday: number,
  hubspot: number,
  tucoToday = 0,
  tuco = 0,
): RuleCalls => ({ hubspotToday, tucoToday, hubspot, tuco });

/** Nothing that it says is asked for by a rule that is off. */
export function budgetOf(kept: KeptRule[]): RuleBudget {
  const on = kept
    .filter((one) => one.shown.state === "on")
    .map((one) => one.draft.name);
  const shared: RuleBudget["shared"] = [
    {
      what: "HubSpot's change journal",
      rules: on,
      often: "round",
      calls: calls(2_884, 20_160),
    },
    {
      what: "changed contact records",
      rules: on.slice(0, 1),
      often: "round",
      calls: calls(2_910, 20_374),
    },
    {
      what: "changed deal records",
      rules: on.slice(1),
      often: "round",
      calls: calls(2_884, 20_171),
    },
    {
      what: "who leaves Gold club",
      rules: on.slice(1),
      often: "hour",
      calls: calls(12, 168),
    },
  ];
  const used = shared.filter((one) => one.rules.length > 0);
  return {
    days: 7,
    idleRound: used.filter((one) => one.often === "round").length,
    roundSeconds: 15,
    shared: used,
    own: kept.map(({ shown }, at) => ({
      rule: shown.id,
      name: shown.name,
      often: at === 1 ? "quarterHour" : null,
      calls: at < 2 ? calls(48 - 20 * at, 312 - 90 * at, 24, 130) : calls(0, 0),
    })),
  };
}
