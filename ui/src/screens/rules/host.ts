// What the screen of rules asks of the host. What a rule says, what is wrong with it and what it would do
// are the program's: the page draws them and keeps nothing but what is being typed.
import type { Answer } from "../../frame/asked";
import type {
  Host,
  RuleBackfilled,
  RuleBudget,
  RuleChecked,
  RuleCount,
  RuleDraft,
  RuleDryRun,
  RuleExample,
  RuleFitting,
  RuleOpened,
  RuleRuns,
  RuleTest,
  RuleTextRead,
  RuleTurnedOn,
  RuleVersion,
  RuleWorkflow,
  RulesShown,
  RulesTaken,
  WrittenFile,
} from "../../host";

export type {
  RuleAction,
  RuleAsked,
  RuleBackfill,
  RuleBackfilled,
  RuleBudget,
  RuleCalls,
  RuleChange,
  RuleChecked,
  RuleCondition,
  RuleCount,
  RuleDay,
  RuleDraft,
  RuleDryRun,
  RuleExample,
  RuleField,
  RuleFitting,
  RuleGuard,
  RuleLimits,
  RuleMistake,
  RuleObject,
  RuleOften,
  RuleOpened,
  RuleOperator,
  RulePart,
  RuleProblem,
  RuleReading,
  RuleRun,
  RuleRunState,
  RuleRuns,
  RuleShown,
  RuleState,
  RuleStepVerdict,
  RuleTest,
  RuleTestStep,
  RuleTextRead,
  RuleTiming,
  RuleTrigger,
  RuleTurnedOn,
  RuleVersion,
  RuleWorkflow,
  RuleWould,
  RulesShown,
  RulesTaken,
} from "../../host";

/** What every program can do already, and this screen needs. */
type KnownHost = Pick<Host, "knownContacts" | "contactSearch" | "lines">;

export interface RulesHost extends KnownHost {
  /** In the order in which they look; asks nobody outside. */
  rules(connection: number): Promise<Answer<RulesShown>>;
  /** Pauses every rule that is on, or lets those go on that were paused so. */
  pauseRules(connection: number, paused: boolean): Promise<Answer<null>>;
  rule(connection: number, rule: number): Promise<Answer<RuleOpened>>;
  /** What a draft says and what is wrong with it; `ask` asks HubSpot and Tuco too. */
  checkRule(
    connection: number,
    draft: RuleDraft,
    ask: boolean,
  ): Promise<Answer<RuleChecked>>;
  /**
   * A new one without a number. `basedOn` is the version that was changed: where it is not the newest
   * any more, or the name is taken, the answer is `taken`, and nothing is lost.
   */
  saveRule(
    connection: number,
    rule: number | null,
    draft: RuleDraft,
    basedOn: number,
  ): Promise<Answer<RuleOpened>>;
  /** It leaves the list; `bringBackRule` brings it back, off. */
  removeRule(connection: number, rule: number): Promise<Answer<null>>;
  bringBackRule(connection: number, rule: number): Promise<Answer<null>>;
  /** `typed` is the number of people a day, where it was asked for. */
  turnOnRule(
    connection: number,
    rule: number,
    typed: number | null,
  ): Promise<Answer<RuleTurnedOn>>;
  /** Answers with how many runs that waited are not done. */
  turnOffRule(connection: number, rule: number): Promise<Answer<number>>;
  /** Who fits it now, and what stands against each. Nothing is kept or sent. */
  ruleFitting(connection: number, rule: number): Promise<Answer<RuleFitting>>;
  /** Runs one that is on on those who fit it now; `typed` is their number, where it was asked for. */
  backfillRule(
    connection: number,
    rule: number,
    typed: number | null,
  ): Promise<Answer<RuleBackfilled>>;
  /** Answers with how many were not looked at. */
  stopBackfill(connection: number, rule: number): Promise<Answer<number>>;
  orderRules(connection: number, rules: number[]): Promise<Answer<RulesShown>>;
  /** How many contacts the conditions fit now. */
  countRule(connection: number, draft: RuleDraft): Promise<Answer<RuleCount>>;
  /** What it would have done in the last days, 1 to 30. Nothing is kept or sent. */
  dryRunRule(
    connection: number,
    draft: RuleDraft,
    days: number,
  ): Promise<Answer<RuleDryRun>>;
  /** What it says to one person now. Nothing is kept or sent. */
  testRule(
    connection: number,
    draft: RuleDraft,
    to: string,
  ): Promise<Answer<RuleTest>>;
  /** Newest first. */
  ruleVersions(
    connection: number,
    rule: number,
  ): Promise<Answer<RuleVersion[]>>;
  /** Puts an earlier version back, as the newest one; off. */
  putBackRule(
    connection: number,
    rule: number,
    version: number,
  ): Promise<Answer<RuleOpened>>;
  /** Newest first; `before` is the `next` of the page before. */
  ruleRuns(
    connection: number,
    rule: number | null,
    before: number | null,
    limit: number,
  ): Promise<Answer<RuleRuns>>;
  /** What rules asked for; reads what is kept, asks nobody. */
  ruleBudget(connection: number): Promise<Answer<RuleBudget>>;
  ruleExamples(connection: number): Promise<Answer<RuleExample[]>>;
  /** What a text of rules says. Keeps nothing. */
  readRuleText(text: string): Promise<Answer<RuleTextRead>>;
  /** Takes every rule of a text, all or none; new and changed ones are off. */
  takeRules(connection: number, text: string): Promise<Answer<RulesTaken>>;
  /** Takes every rule of a file that is asked for; new and changed ones are off. */
  importRules(connection: number): Promise<Answer<RulesTaken>>;
  exportRules(connection: number): Promise<Answer<WrittenFile>>;
  /** The road by workflows in HubSpot: which properties are missing. Asks HubSpot. */
  ruleWorkflow(connection: number): Promise<Answer<RuleWorkflow>>;
  /** Makes them, and keeps the rule that answers, off. */
  createRuleWorkflow(connection: number): Promise<Answer<RuleWorkflow>>;
}

/** The rules of a host, where it has them. */
export function rulesOf(host: object): RulesHost | undefined {
  return "ruleRuns" in host ? (host as RulesHost) : undefined;
}
