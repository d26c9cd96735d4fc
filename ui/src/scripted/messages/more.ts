// Templates and many at once in the scripted host.
import type { Answer } from "../../frame/asked";
import type {
  ManyDryRun,
  ManyDraft,
  ManyHost,
  ManyRow,
  MessageNews,
  Run,
  Template,
  TemplatesHost,
  TemplateVersion,
} from "../../screens/messages/host";
import { people } from "../people";
import type { Yes } from "./compose";

const hour = 3_600_000;

const bodies: [string, string, string][] = [
  [
    "Recall",
    "Visits",
    "Hi {{contact.firstname|there}}, it has been six months since your last visit. Shall we find a time?",
  ],
  [
    "Appointment",
    "Visits",
    "Hi {{contact.firstname|there}}, you are down for {{ask.day}} at {{ask.time}} with {{owner.firstname}}.",
  ],
  [
    "Company invoice",
    "Billing",
    "Hi {{contact.firstname|there}}, the invoice for {{company.name}} is ready.",
  ],
  ["תזכורת", "", "שלום {{contact.firstname|חבר}}, נתראה מחר"],
];

export function scriptedTemplates(
  now: number,
  yes: Yes,
  tell: (news: MessageNews) => void,
): TemplatesHost {
  let all: Template[] = bodies.map(([name, folder, text], at) => ({
    id: at + 1,
    name,
    folder,
    text,
    variables:
      name === "Appointment"
        ? [
            {
              name: "day",
              label: "Day",
              type: "choice",
              choices: ["Thursday", "Friday"],
              initial: "Thursday",
            },
            {
              name: "time",
              label: "Time",
              type: "time",
              choices: [],
              initial: "",
            },
          ]
        : [],
    favourite: at === 0,
    version: at === 0 ? 3 : 1,
    changedAt: now - (at + 1) * 26 * hour,
    changedBy: "Dana Lane",
    uses: 120 - at * 38,
  }));
  let removed: Template[] = [];
  const before = new Map<number, TemplateVersion[]>();
  const changed = <T>(name: string, data: () => T): Promise<Answer<T>> => {
    const answer = yes(name, data);
    tell({ what: "templates" });
    return answer;
  };
  return {
    templates: () => yes("templates", () => [...all]),
    saveTemplate: (id, body, basedOn) => {
      const old = all.find((one) => one.id === id);
      if (old && old.version !== basedOn) {
        return Promise.resolve({
          status: "error",
          error: {
            code: "taken",
            message:
              "Somebody saved this template meanwhile. What you wrote is still here: look at the versions, then save again.",
            detail: "",
          },
        });
      }
      return changed("saveTemplate", () => {
        const saved: Template = {
          ...body,
          id: old?.id ?? all.length + removed.length + 1,
          favourite: old?.favourite ?? false,
          version: (old?.version ?? 0) + 1,
          changedAt: now,
          changedBy: "Ana Ruiz",
          uses: old?.uses ?? 0,
        };
        if (old) before.set(old.id, [old, ...(before.get(old.id) ?? [])]);
        all = [...all.filter((one) => one.id !== saved.id), saved];
        return saved;
      });
    },
    favouriteTemplate: (id, favourite) =>
      changed("favouriteTemplate", () => {
        all = all.map((one) => (one.id === id ? { ...one, favourite } : one));
        return null;
      }),
    removeTemplate: (id) =>
      changed("removeTemplate", () => {
        removed = [...removed, ...all.filter((one) => one.id === id)];
        all = all.filter((one) => one.id !== id);
        return null;
      }),
    bringBackTemplate: (id) =>
      changed("bringBackTemplate", () => {
        all = [...all, ...removed.filter((one) => one.id === id)];
        removed = removed.filter((one) => one.id !== id);
        return null;
      }),
    templateVersions: (id) =>
      yes("templateVersions", () => {
        const one = all.find((other) => other.id === id);
        if (!one) return [];
        const older: TemplateVersion[] =
          one.id === 1
            ? [2, 1].map((version) => ({
                ...one,
                version,
                text: one.text.replace("Shall we find a time?", "Call us."),
                changedAt: now - (5 - version) * 100 * hour,
                changedBy: version === 1 ? "" : "Ana Ruiz",
              }))
            : [];
        return [one, ...(before.get(id) ?? []), ...older];
      }),
    importTemplates: () =>
      yes("importTemplates", () => ({
        path: "/home/ana/templates.json",
        added: 3,
        changed: 1,
        leftOut: [
          { name: "Old offer", why: "Its text is empty." },
          { name: "", why: "It has no name." },
        ],
      })),
    exportTemplates: () =>
      yes("exportTemplates", () => ({
        path: "/home/ana/Documents/tuco-templates.json",
        bytes: 4_210,
      })),
  };
}

export function scriptedMany(
  now: number,
  yes: Yes,
  tell: (news: MessageNews) => void,
): ManyHost {
  let runs: Run[] = [
    {
      run: 1,
      name: "Recall, October",
      startedAt: now - 20 * 24 * hour,
      startedBy: "Dana Lane",
      state: { state: "finished", at: now - 19 * 24 * hour },
      people: 412,
      sent: 371,
      delivered: 366,
      failed: 4,
      unknown: 0,
      leftOut: 37,
      waiting: 0,
      lastAt: null,
    },
  ];
  let number = 1;
  let last: ManyDraft | undefined;
  const texts = new Map<number, ManyDraft>();
  const row = (at: number, text: string, started: boolean): ManyRow => {
    const one = people[at % people.length];
    const out = at % 11 === 1 || at % 11 === 6;
    return {
      row: at + 1,
      contactId: String(70_000 + at),
      name: one?.name ?? "",
      to: one?.address ?? "",
      text: out
        ? ""
        : text.replace(
            /\{\{contact\.firstname(\|[^}]*)?\}\}/g,
            one?.name?.split(" ")[0] ?? "there",
          ),
      way: out ? null : "iMessage",
      line: out ? "" : "Front desk",
      at: out ? null : now + at * 45_000,
      leftOut: out
        ? at % 11 === 1
          ? "Replied STOP on 19 November."
          : "Has neither a number nor an address."
        : "",
      reason: out ? (at % 11 === 1 ? "optedOut" : "noAddress") : null,
      state:
        out || !started
          ? null
          : at < 20
            ? { state: "delivered", at: now }
            : at === 20
              ? {
                  state: "failed",
                  at: now,
                  why: "The phone network refused it five times.",
                  next: "Check the number.",
                }
              : { state: "queued", why: "", until: now + at * 45_000 },
    };
  };
  const size = (draft: ManyDraft | undefined): number =>
    draft?.audience.from === "picked"
      ? draft.audience.contacts.length
      : draft?.audience.from === "search"
        ? 12
        : 380;
  const to = (run: number, state: Run["state"]): Run => {
    runs = runs.map((one) => (one.run === run ? { ...one, state } : one));
    tell({ what: "runs", connection: 1, run });
    const found = runs.find((one) => one.run === run);
    if (!found) throw new Error("There is no such run.");
    return found;
  };
  return {
    contactLists: (_connection, words) =>
      yes("contactLists", () =>
        [
          { id: "11", name: "Customers 2026", size: 380, active: true },
          { id: "12", name: "Aligner trial", size: 24, active: false },
          { id: "13", name: "مرضى الميناء", size: null, active: true },
          {
            id: "14",
            name: "Everybody who ever came by",
            size: 12_480,
            active: true,
          },
        ].filter((one) => one.name.toLowerCase().includes(words.toLowerCase())),
      ),
    chooseContactFile: () =>
      yes("chooseContactFile", () => ({
        file: 1,
        name: "open-day.csv",
        rows: 384,
        found: 380,
        problems: [
          { row: 7, why: "“904 555” is no whole number." },
          { row: 91, why: "HubSpot has nobody with this e-mail address." },
          {
            row: 203,
            why: "Two contacts have this number; name one by its id.",
          },
          { row: 330, why: "It is empty." },
        ],
        wrong: 4,
      })),
    countContacts: (_connection, words) =>
      yes("countContacts", () => ({
        contacts: people.slice(0, 5).map((one, at) => ({
          id: String(70_000 + at),
          name: one.name ?? "",
          email: null,
          phone: one.address,
          company: null,
        })),
        total: words.length > 6 ? 1 : 12,
      })),
    dryRun: async (_connection, draft, told) => {
      const of = size(draft);
      for (const part of [0.2, 0.5, 0.8, 1]) {
        told({ people: Math.round(of * part), of });
        await new Promise(requestAnimationFrame);
      }
      last = draft;
      number += 1;
      texts.set(number, draft);
      const rows = Array.from({ length: of }, (_, at) => row(at, "", false));
      const out = (reason: string): number =>
        rows.filter((one) => one.reason === reason).length;
      const leftOut = rows.filter((one) => one.leftOut).length;
      const made: ManyDryRun = {
        run: number,
        people: of,
        going: of - leftOut,
        leftOut,
        reasons: [
          {
            reason: "optedOut" as const,
            label: "Opted out",
            count: out("optedOut"),
          },
          {
            reason: "noAddress" as const,
            label: "No address",
            count: out("noAddress"),
          },
        ].filter((one) => one.count > 0),
        lines: [
          {
            line: "line_1",
            label: "Front desk",
            messages: Math.round((of - leftOut) * 0.6),
            spread: of > 100 ? "54 today, then 2 days" : "",
          },
          {
            line: "line_3",
            label: "استقبال العيادة",
            messages: of - leftOut - Math.round((of - leftOut) * 0.6),
            spread: "today",
          },
        ],
        firstAt: now,
        lastAt: now + (of > 100 ? 50 : 1) * hour,
        segments: null,
        warnings:
          of > 100
            ? [
                "The same words to many people may be reported. Fields make each of them different.",
              ]
            : [],
        typeToStart: of - leftOut > 25 ? `send ${String(of - leftOut)}` : "",
      };
      return yes("dryRun", () => made);
    },
    manyRows: (_connection, run, filter, from, limit) =>
      yes("manyRows", () => {
        const draft = texts.get(run) ?? last;
        const started = runs.some((one) => one.run === run);
        const rows = Array.from({ length: size(draft) }, (_, at) =>
          row(
            at,
            draft?.text ?? "Hi {{contact.firstname}}, time for a visit?",
            started,
          ),
        ).filter((one) => {
          const state = one.state?.state;
          if (filter === "all") return true;
          if (filter === "leftOut") return one.leftOut !== "";
          if (filter === "going") return one.leftOut === "";
          if (filter === "done") return state === "delivered";
          if (filter === "failed") return state === "failed";
          return state === "queued";
        });
        return { rows: rows.slice(from, from + limit), total: rows.length };
      }),
    startRun: (_connection, run, typed) => {
      const draft = texts.get(run);
      const people_ = size(draft);
      const leftOut = Array.from({ length: people_ }, (_, at) =>
        row(at, "", false),
      ).filter((one) => one.leftOut).length;
      const going = people_ - leftOut;
      const started: Run = {
        run,
        name: draft?.name ?? "",
        startedAt: now,
        startedBy: "Dana Lane",
        state: { state: "running" },
        people: people_,
        sent: Math.min(17, going),
        delivered: Math.min(12, going),
        failed: going > 20 ? 1 : 0,
        unknown: 0,
        leftOut,
        waiting: Math.max(0, going - 18),
        lastAt: now + 50 * hour,
      };
      runs = [started, ...runs];
      return yes(`startRun ${typed}`, () => started);
    },
    runs: () => yes("runs", () => [...runs]),
    pauseRun: (_connection, run) =>
      yes(`pauseRun ${String(run)}`, () =>
        to(run, { state: "paused", at: now, by: "Dana Lane" }),
      ),
    resumeRun: (_connection, run) =>
      yes(`resumeRun ${String(run)}`, () => to(run, { state: "running" })),
    cancelRun: (_connection, run) =>
      yes(`cancelRun ${String(run)}`, () =>
        to(run, { state: "cancelled", at: now, by: "Dana Lane" }),
      ),
    exportRun: () =>
      yes("exportRun", () => ({
        path: "/home/ana/Documents/recall.csv",
        bytes: 21_000,
      })),
  };
}
