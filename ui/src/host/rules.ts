// The commands about rules. Their screen asks for them by the same names, where a host has them: see
// ../screens/rules.
import type { commands } from "../bindings";

/** What only that screen asks for: a host that was made up may do without. */
export type RuleCommand = Extract<
  keyof typeof commands,
  | "rules"
  | "pauseRules"
  | "rule"
  | "checkRule"
  | "readRuleText"
  | "saveRule"
  | "removeRule"
  | "bringBackRule"
  | "turnOnRule"
  | "turnOffRule"
  | "ruleFitting"
  | "backfillRule"
  | "stopBackfill"
  | "orderRules"
  | "countRule"
  | "dryRunRule"
  | "testRule"
  | "ruleVersions"
  | "putBackRule"
  | "ruleRuns"
  | "ruleBudget"
  | "ruleExamples"
  | "takeRules"
  | "importRules"
  | "exportRules"
  | "ruleWorkflow"
  | "createRuleWorkflow"
>;
