import type { DailyBudget } from "../host";
import type { Tone } from "../parts/state";

/** How worried to be about the calls that are left today. */
export function budgetTone(budget: DailyBudget): Tone {
  if (budget.left === 0) return "danger";
  return budget.left < 0.2 * budget.limit ? "warn" : "accent";
}
