// The rules part of the scripted host. `answers` lets tests see the states in which nothing comes back,
// or a problem.
import type { Answer } from "../../frame/asked";
import type { Problem } from "../../host";
import type {
  RuleCondition,
  RuleDraft,
  RuleOpened,
  RuleProblem,
  RulesHost,
  RulesShown,
  RuleWorkflow,
} from "../../screens/rules/host";
import type { Answers } from "../mapping";
import {
  keptRules,
  mql,
  sentenceOf,
  shownOf,
  textOf,
  textRead,
  type KeptRule,
} from "./drafts";
import { budgetOf } from "./budget";
import { dryRunOf, fittingOf, manyRuns, runAt, testOf } from "./runs";

type Scripted = Omit<RulesHost, "knownContacts" | "contactSearch" | "lines">;

const problem: Problem = {
  code: "dataFile",
  message:
    "The rules can't be read from the data file. Nothing was sent. Close the program, restore a backup under Settings, then open it again.",
  detail: "rules",
};

const gone: Problem = {
  code: "notFound",
  message: "There is no such rule any more. Look at the list again.",
  detail: "",
};

function testsOf(
  condition: RuleCondition | null,
  path: number[] = [],
): { path: number[]; of: RuleCondition }[] {
  if (!condition) return [];
  if (condition.is === "test") return [{ path, of: condition }];
  return condition.of.flatMap((one, at) => testsOf(one, [...path, at]));
}

function problemsOf(draft: RuleDraft): RuleProblem[] {
  const found: RuleProblem[] = [];
  const say = (part: RuleProblem["part"], says: string, path: number[] = []) =>
    found.push({
      part,
      path,
      code: part,
      says,
      blocks: part === "name",
    });
  if (!draft.name.trim()) say("name", "The rule has no name. Give it one.");
  if (!draft.trigger)
    say("trigger", "It has no trigger. Say what sets it off.");
  for (const { path, of } of testsOf(draft.condition)) {
    if (of.is === "test" && !of.field.name) {
      say("condition", "Choose the field that is asked about.", path);
    }
  }
  if (draft.actions.length === 0) say("action", "Choose what is done.");
  draft.actions.forEach((one, at) => {
    if (one.does === "send" && !one.template) {
      say("action", "No template is chosen. Choose what is sent.", [at]);
    }
  });
  return found;
}

export function scriptedRules(
  calls: string[],
  now: number,
  answers: Answers,
): Scripted {
  let kept: KeptRule[] = answers === "empty" ? [] : keptRules(now);
  let removed: KeptRule[] = [];
  let byHand: number[] = [];
  let last = kept.length;
  let made = false;
  const yes = <T>(name: string, data: () => T): Promise<Answer<T>> => {
    calls.push(name);
    if (answers === "never") return new Promise(() => undefined);
    return Promise.resolve(
      answers === "problem"
        ? { status: "error", error: problem }
        : { status: "ok", data: data() },
    );
  };
  const no = <T>(name: string, error: Problem): Promise<Answer<T>> => {
    calls.push(name);
    return Promise.resolve({ status: "error", error });
  };
  const all = (): RulesShown => ({
    rules: kept.map((one) => one.shown),
    pausedByHand: byHand.length,
    circles: [],
  });
  const find = (id: number): KeptRule | undefined =>
    kept.find((one) => one.shown.id === id);
  const opened = (one: KeptRule): RuleOpened => ({
    id: one.shown.id,
    version: one.shown.version,
    state: one.shown.state,
    draft: one.draft,
    text: one.text,
    sentence: one.shown.sentence,
  });
  const change = (id: number, more: Partial<KeptRule["shown"]>): void => {
    kept = kept.map((one) =>
      one.shown.id === id ? { ...one, shown: { ...one.shown, ...more } } : one,
    );
  };
  const workflow = (): RuleWorkflow => {
    const rule = kept.find((one) => one.draft.name === "Send with Tuco");
    return {
      properties: [
        ["tuco_send_template", "Tuco: template to send"],
        ["tuco_send_line", "Tuco: line to send from"],
        ["tuco_send_state", "Tuco: state of the message"],
        ["tuco_send_error", "Tuco: last error"],
        ["tuco_send_last_sent", "Tuco: last sent"],
      ].map(([name = "", label = ""]) => ({ name, label, missing: !made })),
      rule: rule?.shown.id ?? null,
      ruleName: rule?.shown.name ?? "",
      on: rule?.shown.state === "on",
      steps: [
        "In HubSpot, open Automation, Workflows, Create workflow, From scratch, Contact-based.",
        "Set the trigger, for example: Lifecycle stage is any of Marketing Qualified Lead.",
        "Press +, choose Edit record, and set “Tuco: template to send” to the template's name.",
        "Turn the workflow on.",
      ],
    };
  };
  return {
    rules: () => yes("rules", all),
    pauseRules: (_connection, paused) => {
      if (paused) {
        byHand = kept
          .filter((one) => one.shown.state === "on")
          .map((one) => one.shown.id);
        for (const id of byHand) {
          change(id, { state: "paused", reason: "All rules are paused." });
        }
      } else {
        for (const id of byHand) change(id, { state: "on", reason: "" });
        byHand = [];
      }
      return yes(`pauseRules ${String(paused)}`, () => null);
    },
    rule: (_connection, id) => {
      const one = find(id);
      return one ? yes("rule", () => opened(one)) : no("rule", gone);
    },
    checkRule: (_connection, draft, ask) =>
      yes(`checkRule ${String(ask)}`, () => {
        const problems = problemsOf(draft);
        return {
          sentence: sentenceOf(draft),
          text: problems.some((one) => one.blocks) ? "" : textOf(draft),
          problems,
        };
      }),
    saveRule: (_connection, id, draft, basedOn) => {
      const taken = kept.some(
        (one) => one.shown.id !== id && one.draft.name === draft.name,
      );
      if (taken) {
        return no("saveRule", {
          code: "taken",
          message: `Another rule is called “${draft.name}”. Choose another name.`,
          detail: "",
        });
      }
      const known = id === null ? undefined : find(id);
      if (known && known.shown.version !== basedOn) {
        return no("saveRule", {
          code: "changedMeanwhile",
          message:
            "Somebody changed this rule meanwhile. What you wrote is still here: look at the newest version, then save again.",
          detail: "",
        });
      }
      last += known ? 0 : 1;
      const shown = shownOf(now, known?.shown.id ?? last, draft, {
        version: basedOn + 1,
        obstacles: problemsOf(draft).map((one) => one.says),
      });
      const one = { shown, draft, text: textOf(draft), people: 6 };
      kept = known
        ? kept.map((other) => (other === known ? one : other))
        : [...kept, one];
      return yes(`saveRule ${JSON.stringify(draft)}`, () => opened(one));
    },
    removeRule: (_connection, id) => {
      removed = [...removed, ...kept.filter((one) => one.shown.id === id)];
      kept = kept.filter((one) => one.shown.id !== id);
      return yes("removeRule", () => null);
    },
    bringBackRule: (_connection, id) => {
      kept = [...kept, ...removed.filter((one) => one.shown.id === id)];
      change(id, { state: "off", reason: "" });
      return yes("bringBackRule", () => null);
    },
    turnOnRule: (_connection, id, typed) => {
      const one = find(id);
      const problems = one ? problemsOf(one.draft) : [];
      return yes(`turnOnRule ${String(id)} ${String(typed)}`, () => {
        if (problems.length > 0) return { is: "notReady", problems } as const;
        if (one && one.people > 25 && typed !== one.people) {
          return { is: "confirm", people: one.people } as const;
        }
        change(id, { state: "on", reason: "", obstacles: [] });
        return { is: "on" } as const;
      });
    },
    turnOffRule: (_connection, id) => {
      const waits = find(id)?.shown.waiting ?? 0;
      change(id, { state: "off", reason: "", waiting: 0 });
      return yes("turnOffRule", () => waits);
    },
    ruleFitting: (_connection, id) =>
      yes(`ruleFitting ${String(id)}`, () => fittingOf(now)),
    backfillRule: (_connection, id, typed) =>
      yes(`backfillRule ${String(id)} ${String(typed)}`, () => {
        const { people } = fittingOf(now);
        if (typed !== people) return { is: "confirm", people } as const;
        change(id, {
          backfill: {
            state: "on",
            reason: "",
            people,
            left: people - 50,
            startedAt: now,
            startedBy: "Ana Ruiz",
          },
        });
        return { is: "begun", people } as const;
      }),
    stopBackfill: (_connection, id) => {
      const stands = find(id)?.shown.backfill ?? null;
      change(id, {
        backfill: stands && {
          ...stands,
          state: "stopped",
          reason: "Somebody stopped it.",
        },
      });
      return yes("stopBackfill", () => stands?.left ?? 0);
    },
    orderRules: (_connection, ids) => {
      kept = ids.flatMap((id) => find(id) ?? []);
      return yes(`orderRules ${ids.join(" ")}`, all);
    },
    countRule: (_connection, draft) =>
      yes("countRule", () =>
        draft.condition
          ? {
              people: 1_284,
              bound: "atMost",
              says: "At most 1284 contacts fit now: a part of the conditions can't be counted by a search.",
            }
          : { people: 98_412, bound: "exact", says: "98412 contacts fit now." },
      ),
    dryRunRule: (_connection, _draft, days) =>
      yes(`dryRunRule ${String(days)}`, () => dryRunOf(now, days)),
    testRule: (_connection, draft, to) =>
      yes(`testRule ${to}`, () => testOf(draft, to)),
    ruleVersions: (_connection, id) =>
      yes("ruleVersions", () => {
        const newest = find(id)?.shown.version ?? 1;
        return [newest + 1, newest].map((version, at) => ({
          version,
          at: now - at * 86_400_000 - 3_600_000,
          by: at === 0 ? "Ana Ruiz" : "",
          sentence: find(id)?.shown.sentence ?? "",
          text: textOf(mql),
          holds: at === 0,
        }));
      }),
    putBackRule: (_connection, id, version) => {
      change(id, { state: "off", version: version + 2 });
      const one = find(id);
      return one
        ? yes(`putBackRule ${String(version)}`, () => opened(one))
        : no("putBackRule", gone);
    },
    ruleRuns: (_connection, rule, before, limit) =>
      yes(`ruleRuns ${String(before)}`, () => {
        if (answers === "empty") return { runs: [], next: null };
        const from = before === null ? 0 : manyRuns - before + 1;
        const of = kept
          .filter((one) => rule === null || one.shown.id === rule)
          .map((one) => one.shown);
        const runs = Array.from(
          { length: Math.min(limit, manyRuns - from) },
          (_, at) => runAt(now, from + at, of),
        );
        const oldest = runs.at(-1)?.id ?? 0;
        return { runs, next: oldest > 1 ? oldest : null };
      }),
    ruleBudget: () => yes("ruleBudget", () => budgetOf(kept)),
    ruleExamples: () =>
      yes("ruleExamples", () =>
        keptRules(now)
          .slice(0, 4)
          .map(({ draft, shown, text }) => ({
            name: draft.name,
            about: draft.about,
            sentence: shown.sentence,
            text,
            draft,
          })),
      ),
    importRules: () => yes("importRules", () => ({ read: 4, changed: 1 })),
    readRuleText: (text) => yes("readRuleText", () => textRead(text)),
    takeRules: (_connection, text) =>
      yes(`takeRules ${text}`, () => ({
        read: textRead(text).rules.length,
        changed: 1,
      })),
    exportRules: () =>
      yes("exportRules", () => ({
        path: "/home/ana/rules.toml",
        bytes: 2_400,
      })),
    ruleWorkflow: () => yes("ruleWorkflow", workflow),
    createRuleWorkflow: () => {
      made = true;
      last += 1;
      const draft: RuleDraft = {
        ...mql,
        name: "Send with Tuco",
        order: 90,
        trigger: { on: "asked" },
        condition: null,
        actions: [{ does: "sendAsked" }],
      };
      kept = [
        ...kept,
        {
          shown: shownOf(now, last, draft),
          draft,
          text: textOf(draft),
          people: 0,
        },
      ];
      return yes("createRuleWorkflow", workflow);
    },
  };
}
