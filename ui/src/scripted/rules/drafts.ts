// The rules of the scripted host, as made up as everything here.
import type {
  RuleDraft,
  RuleShown,
  RuleTextRead,
} from "../../screens/rules/host";

export interface KeptRule {
  shown: RuleShown;
  draft: RuleDraft;
  text: string;
  /** How many it would write to on the busiest day. */
  people: number;
}

const timing: RuleDraft["timing"] = {
  waitMinutes: 0,
  from: null,
  until: null,
  days: [],
  expiresMinutes: null,
};

export const mql: RuleDraft = {
  name: "MQL outreach",
  about: "Large accounts only.",
  order: 10,
  stop: false,
  trigger: {
    on: "property",
    field: { object: "contact", name: "lifecyclestage" },
    change: "becomes",
    values: ["marketingqualifiedlead"],
  },
  condition: {
    is: "all",
    of: [
      {
        is: "test",
        field: { object: "company", name: "annualrevenue" },
        operator: "over",
        values: ["100,000"],
      },
      {
        is: "any",
        of: [
          {
            is: "test",
            field: { object: "contact", name: "email" },
            operator: "isKnown",
            values: [],
          },
          {
            is: "test",
            field: { object: "contact", name: "city" },
            operator: "contains",
            values: ["Harbor"],
          },
        ],
      },
    ],
  },
  timing: { ...timing, from: "09:00", until: "17:00" },
  actions: [{ does: "send", template: "Welcome", line: "owner", way: null }],
  limits: { perPerson: "once", days: 30, mostADay: null },
};

const won: RuleDraft = {
  name: "Deal won",
  about: "",
  order: 20,
  stop: false,
  trigger: {
    on: "property",
    field: { object: "deal", name: "dealstage" },
    change: "becomes",
    values: ["closedwon"],
  },
  condition: null,
  timing: { ...timing, waitMinutes: 120 },
  actions: [
    { does: "send", template: "Thank you", line: "any", way: null },
    {
      does: "createTask",
      title: "Ask for a referral",
      text: "",
      dueInDays: 14,
    },
  ],
  limits: { perPerson: "everyTime", days: 30, mostADay: 25 },
};

const welcome: RuleDraft = {
  ...won,
  name: "New contact welcome",
  order: 30,
  trigger: { on: "created", object: "contact" },
  timing,
  actions: [{ does: "send", template: "", line: "any", way: null }],
  limits: { perPerson: "once", days: 30, mostADay: null },
};

const reply: RuleDraft = {
  ...welcome,
  name: "الرد ينشئ مهمة للمالك",
  order: 40,
  trigger: { on: "message", told: "reply" },
  actions: [{ does: "createTask", title: "Call back", text: "", dueInDays: 1 }],
};

const recall: RuleDraft = {
  ...welcome,
  name: "Recall in November",
  order: 50,
  trigger: { on: "list", list: "12", step: "joins" },
  actions: [{ does: "send", template: "Recall", line: "any", way: null }],
};

const said: [RuleDraft, string][] = [
  [
    mql,
    "When lifecycle stage becomes marketing qualified lead, if the company's annual revenue is over 100,000 and (e-mail is known or city contains Harbor), send Welcome from the owner's line, between 9 and 17 their time, once per person.",
  ],
  [
    won,
    "When deal stage becomes closed won, 2 hours later send Thank you from any line, then make a task “Ask for a referral”, every time, at most 25 people a day.",
  ],
  [
    welcome,
    "When a contact is created, send a template that is not chosen from any line, once per person.",
  ],
  [reply, "When somebody replies, make a task “Call back”, once per person."],
  [
    recall,
    "When somebody joins the list Recall in November, send Recall from any line, once per person.",
  ],
];

const stands: Partial<RuleShown>[] = [
  { state: "on", actedToday: 12, refusedToday: 3, waiting: 2 },
  { state: "on", actedToday: 4 },
  { obstacles: ["No template is chosen. Choose what is sent."] },
  {
    state: "paused",
    reason:
      "It failed ten times in a row: HubSpot refused the task, since the key may not write tasks. Give the key that scope, then turn it on.",
    failuresInARow: 10,
    waiting: 10,
  },
  {},
];

export function sentenceOf(draft: RuleDraft): string {
  const [, known] = said.find(([one]) => one.name === draft.name) ?? [];
  const when = draft.trigger
    ? "When that happens"
    : "When (nothing is chosen yet)";
  return (
    known ??
    `${when}, ${draft.actions.length > 0 ? draft.actions.map((one) => one.does).join(", then ") : "nothing is done"}.`
  );
}

export function textOf(draft: RuleDraft): string {
  return `[[rule]]\nname = ${JSON.stringify(draft.name)}\norder = ${String(draft.order)}\nif = { field = "company.annualrevenue", over = "100,000" }\n\n[rule.when]\nlifecycle_stage = "marketingqualifiedlead"\n\n[[rule.do]]\nsend = "Welcome"\nline = "owner"\n`;
}

/** The rules of a text by their names alone; a misspelt key is a mistake, as in the real one. */
export function textRead(text: string): RuleTextRead {
  const lines = text.split("\n");
  const misspelt = lines.findIndex((line) => line.startsWith("nmae"));
  const rules = [...text.matchAll(/^name = "(.*)"$/gm)].map(([, name]) => ({
    ...mql,
    name: name ?? "",
  }));
  return misspelt < 0
    ? { rules, sentences: rules.map(sentenceOf), mistakes: [] }
    : {
        rules: [],
        sentences: [],
        mistakes: [
          {
            line: misspelt + 1,
            says: "A rule has no “nmae”. Did you mean name?",
          },
        ],
      };
}

export function shownOf(
  now: number,
  id: number,
  draft: RuleDraft,
  more: Partial<RuleShown> = {},
): RuleShown {
  return {
    id,
    name: draft.name,
    about: draft.about,
    sentence: sentenceOf(draft),
    readable: true,
    state: "off",
    reason: "",
    order: draft.order,
    version: 1,
    obstacles: [],
    actedToday: 0,
    refusedToday: 0,
    waiting: 0,
    lastActedAt: null,
    failuresInARow: 0,
    changedAt: now - 86_400_000,
    changedBy: "Ana Ruiz",
    backfill: null,
    ...more,
  };
}

export function keptRules(now: number): KeptRule[] {
  return said.map(([draft], at) => ({
    shown: shownOf(now, at + 1, draft, stands[at]),
    draft,
    text: textOf(draft),
    people: draft === recall ? 140 : 6,
  }));
}
