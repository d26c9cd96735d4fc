// Runs, a dry run and a test on one person in the scripted host.
import type {
  RuleDraft,
  RuleDryRun,
  RuleFitting,
  RuleRun,
  RuleTest,
} from "../../screens/rules/host";
import { people } from "../people";

export const manyRuns = 1_250;

const ends: Pick<RuleRun, "state" | "reason" | "says" | "stepsDone">[] = [
  { state: "done", reason: "", says: "Sent from Front desk.", stepsDone: 1 },
  {
    state: "refused",
    reason: "condition",
    says: "Annual revenue of the company is over 100,000: it is 84,000.",
    stepsDone: 0,
  },
  {
    state: "waiting",
    reason: "",
    says: "It waits for 9:00 of the person's time.",
    stepsDone: 0,
  },
  {
    state: "leftOut",
    reason: "opted_out",
    says: "The person wants no messages: STOP on 3 November.",
    stepsDone: 0,
  },
  {
    state: "failed",
    reason: "no_line",
    says: "No line may send now. Turn one on in Tuco.",
    stepsDone: 0,
  },
  {
    state: "unknown",
    reason: "unknown",
    says: "Nobody knows whether it went out. It is looked up.",
    stepsDone: 0,
  },
];

export function runAt(
  now: number,
  at: number,
  rules: { id: number; name: string }[],
): RuleRun {
  const end = ends[at % ends.length] ?? ends[0];
  const rule = rules[at % Math.max(1, rules.length)];
  const happened = now - 120_000 - at * 420_000;
  const late = at % 7 === 3 ? 7_200_000 : 0;
  return {
    id: manyRuns - at,
    rule: rule?.id ?? 1,
    ruleName: rule?.name ?? "",
    version: 3,
    contactId: String(70_000 + at),
    name: people[at % people.length]?.name ?? "",
    what: "Lifecycle stage became marketing qualified lead",
    state: "done",
    reason: "",
    says: "",
    stepsDone: 1,
    ...end,
    steps: 1,
    happenedAt: happened,
    seenAt: happened + 12_000 + late,
    meantAt: happened + 12_000,
    dueAt:
      end?.state === "waiting" ? now + 3_600_000 : happened + 12_000 + late,
    lateMs: late,
    asked: at % 11 === 4 ? "Welcome" : "",
    told: at % 11 === 4 ? "sent" : "",
  };
}

export function dryRunOf(now: number, days: number): RuleDryRun {
  const rows = Array.from({ length: days * 6 }, (_, at) => ({
    contactId: String(70_000 + at),
    name: people[at % people.length]?.name ?? "",
    at: now - at * 14_000_000,
    acts: at % 3 !== 1,
    verdict: at % 3 === 1 ? "refused" : "acts",
    says:
      at % 3 === 1
        ? "Annual revenue of the company is over 100,000: it is 84,000."
        : "All conditions are so.",
    guard:
      at % 3 === 2
        ? {
            reason: "quiet_hours",
            says: "It is 22:10 where the person is; it goes at 8:00.",
            passesAt: now + 3_600_000,
          }
        : null,
  }));
  return {
    days,
    acts: rows.filter((one) => one.acts).length,
    busiestDay: days > 7 ? 31 : 6,
    looked: rows.length,
    rows,
  };
}

export function testOf(draft: RuleDraft, to: string): RuleTest {
  return {
    contactId: to,
    name: people[0]?.name ?? "",
    acts: false,
    says: "One condition is not so, so nothing would be sent.",
    steps: [
      {
        part: "trigger",
        path: [],
        what: "Lifecycle stage becomes marketing qualified lead",
        verdict: "yes",
        says: "It is marketing qualified lead now.",
      },
      {
        part: "condition",
        path: [0],
        what: "Annual revenue of the company is over 100,000",
        verdict: "no",
        says: "It is 84,000.",
      },
      {
        part: "condition",
        path: [1],
        what: "E-mail is known, or city contains Harbor",
        verdict: "notAsked",
        says: "",
      },
      {
        part: "timing",
        path: [],
        what: "Between 9 and 17 their time",
        verdict: "later",
        says: "It is 18:20 there; it would go tomorrow at 9:00.",
      },
      {
        part: "action",
        path: [0],
        what: `Send ${draft.actions[0]?.does === "send" ? draft.actions[0].template : ""}`,
        verdict: "notAsked",
        says: "",
      },
    ],
  };
}

/** Who fits a rule now: 70, of whom 60 were never put through it. */
export function fittingOf(now: number): RuleFitting {
  const rows = dryRunOf(now, 7).rows.slice(0, 40);
  return { fit: 70, people: 60, acts: 48, rows };
}
