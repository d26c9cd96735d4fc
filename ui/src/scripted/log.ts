// A log of any length that stands nowhere: every row is computed from its number.
import type { Filter, Page, PageStart, Row, Story } from "../host";
import { people, texts } from "./people";

/** What is written in a log. */
export interface Words {
  people: { name: string | null; address: string }[];
  texts: string[];
  /** What the program and the services say, where it is not what is usually said. */
  said?: string[];
}

const outcomes: Pick<Row, "stage" | "reason" | "reasonText">[] = [
  { stage: "written", reason: null, reasonText: "" },
  { stage: "written", reason: null, reasonText: "" },
  {
    stage: "waiting",
    reason: "noContact",
    reasonText: "no contact has this number or address",
  },
  { stage: "written", reason: null, reasonText: "" },
  { stage: "queued", reason: null, reasonText: "" },
  { stage: "written", reason: null, reasonText: "" },
  { stage: "skipped", reason: "kindOff", reasonText: "kept in the log only" },
  { stage: "failed", reason: "refused", reasonText: "HubSpot refused it" },
  { stage: "written", reason: null, reasonText: "" },
  {
    stage: "waiting",
    reason: "ambiguous",
    reasonText: "2 contacts have this number",
  },
  { stage: "written", reason: null, reasonText: "" },
];
/** Milliseconds from one event to the next. */
const between = 131_000;
const kinds: Row["kind"][] = [
  "reply",
  "sent",
  "reply",
  "sent",
  "delivered",
  "fallback",
  "failed",
  "opened",
];

function around<T>(all: T[], at: number): T | undefined {
  return all[((at % all.length) + all.length) % all.length];
}

/** The row of an event; `age` counts from the newest one of the start, and later ones are below 0. */
function rowOf(id: number, age: number, now: number, words: Words): Row {
  const person = around(words.people, age);
  const outcome = around(outcomes, age);
  const text = around(words.texts, age * 5) ?? "";
  const at = now - 40_000 - age * between;
  const positive = Math.abs(age);
  return {
    id,
    messageId: `msg_${String(id)}`,
    kind: around(kinds, age) ?? "sent",
    channel:
      positive % 7 === 3 ? "email" : positive % 3 === 0 ? "sms" : "iMessage",
    name: person?.name ?? null,
    address: person?.address ?? null,
    text,
    textGoesOn: text.length > 280,
    files: positive % 9 === 4 ? 1 : 0,
    stage: outcome?.stage ?? "written",
    reason: outcome?.reason ?? null,
    reasonText: around(words.said ?? [], age) ?? outcome?.reasonText ?? "",
    contactId: outcome?.reason ? null : String(70_000 + (positive % 17)),
    lineId: `line_${String(1 + (positive % 3))}`,
    occurredAt: at,
    seenAt: at + 4_000,
  };
}

function plain(filter: Filter): boolean {
  return (
    !filter.search &&
    filter.kinds.length + filter.stages.length + filter.reasons.length === 0 &&
    filter.line === null &&
    filter.contact === null &&
    filter.from === null &&
    filter.to === null
  );
}

function fits(row: Row, filter: Filter): boolean {
  const words = filter.search.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const text = `${row.name ?? ""} ${row.address ?? ""} ${row.text}`
    .toLocaleLowerCase()
    .split(/[^\p{L}\p{N}]+/u);
  const any = <T>(wanted: T[], is: T | null): boolean =>
    wanted.length === 0 || (is !== null && wanted.includes(is));
  return (
    words.every((word) => text.some((one) => one.startsWith(word))) &&
    any(filter.kinds, row.kind) &&
    any(filter.stages, row.stage) &&
    any(filter.reasons, row.reason) &&
    (filter.line === null || row.lineId === filter.line) &&
    (filter.contact === null || row.contactId === filter.contact) &&
    (filter.from === null || row.occurredAt >= filter.from) &&
    (filter.to === null || row.occurredAt < filter.to)
  );
}

/** The rows of a filter: all of them, or those among the newest few thousand that fit. */
export class ScriptedLog {
  total: number;
  readonly #start: number;
  readonly #now: number;
  readonly #words: Words;

  constructor(total: number, now: number, words: Words = { people, texts }) {
    this.total = total;
    this.#start = total;
    this.#now = now;
    this.#words = words;
  }

  /** So many more events, each newer than all before. */
  arrive(many: number): void {
    this.total += many;
  }

  #row(id: number): Row {
    return rowOf(id, this.#start - id, this.#now, this.#words);
  }

  count(filter: Filter): number | null {
    if (plain(filter)) return this.total;
    return filter.search ? null : this.#fitting(filter).length;
  }

  page(filter: Filter, start: PageStart, limit: number): Page {
    const fitting = plain(filter) ? undefined : this.#fitting(filter);
    const total = fitting?.length ?? this.total;
    const at = (index: number): Row =>
      fitting?.[index] ?? this.#row(this.total - index);
    const indexOf = (id: number): number =>
      fitting ? fitting.findIndex((row) => row.id === id) : this.total - id;
    let first = 0;
    if (start.from === "below") first = indexOf(start.place.id) + 1;
    else if (start.from === "above") {
      first = Math.max(0, indexOf(start.place.id) - limit);
    } else if (start.from === "position") first = start.above;
    else if (start.from === "time") {
      const { at: moment } = start;
      const newest = this.#now - 40_000 + (this.total - this.#start) * between;
      first = fitting
        ? fitting.filter((row) => row.occurredAt > moment).length
        : Math.max(0, Math.ceil((newest - moment) / between));
    }
    const end =
      start.from === "above"
        ? indexOf(start.place.id)
        : Math.min(total, first + limit);
    const rows = Array.from({ length: Math.max(0, end - first) }, (_, one) =>
      at(first + one),
    );
    return {
      rows,
      moreAbove: first > 0,
      moreBelow: end < total,
      above: start.from === "position" || start.from === "time" ? first : null,
    };
  }

  story(id: number): Story {
    const row = this.#row(id);
    const stopped = row.reason !== null;
    const said = (usual: string, at: number): string =>
      around(this.#words.said ?? [], id + at) ?? usual;
    return {
      row,
      text: row.text,
      textState: "whole",
      files:
        row.files > 0
          ? [
              {
                name: said("x-ray.pdf", 2),
                url: "https://files.example/x-ray.pdf",
              },
            ]
          : [],
      phone: row.address?.startsWith("+") ? row.address : null,
      email: row.address?.includes("@") ? row.address : null,
      leadId: "lead_1",
      source: row.kind === "reply" ? "replies" : "messages",
      detail: said("", 1),
      steps: [
        {
          name: "tuco",
          state: "done",
          text: said(
            "Tuco reported it; it was found by polling, 4 s after it happened.",
            3,
          ),
        },
        {
          name: "settings",
          state: row.reason === "kindOff" ? "stopped" : "done",
          text: said("This kind of event is mirrored.", 4),
        },
        {
          name: "contact",
          state:
            row.reason === "noContact" || row.reason === "ambiguous"
              ? "stopped"
              : row.reason === "kindOff"
                ? "notReached"
                : "done",
          text: stopped
            ? "Looked for the HubSpot id, a link, the email and the number."
            : "Found by the number.",
        },
        {
          name: "effect",
          state: stopped ? "notReached" : "done",
          text: "An entry of type SMS, with its own time.",
        },
        {
          name: "hubSpot",
          state: stopped
            ? row.stage === "failed"
              ? "stopped"
              : "notReached"
            : row.stage === "queued"
              ? "pending"
              : "done",
          text: said(
            stopped
              ? "Nothing was written."
              : row.stage === "queued"
                ? "It is next in the outbox."
                : "HubSpot took it.",
            7,
          ),
        },
      ],
      stoppedAt: stopped ? "contact" : null,
      advice: stopped
        ? "Link the event to a contact, or create one in HubSpot with this number."
        : said("There is nothing to do.", 6),
      candidates:
        row.reason === "ambiguous"
          ? [
              {
                contactId: "71001",
                name: said("Jonas Weber", 5),
                matched: "phone",
              },
              {
                contactId: "71002",
                name: "J. Weber (old)",
                matched: "mobile phone",
              },
            ]
          : [],
      lookedFor:
        row.reason === "noContact" ? [`phone ${row.address ?? ""}`] : [],
      entryId: stopped ? null : "88010203",
      correlationId: said("0198f3c2-77aa-4b1e-9d0f-5f2b8a6c1d3e", 8),
      contactUrl: row.contactId
        ? `https://app.hubspot.com/contacts/4400001/record/0-1/${row.contactId}`
        : null,
      lookAt: stopped ? this.#now + 600_000 : null,
      canReplay: stopped,
      canLink: true,
      parkedEffect: row.stage === "failed" ? 12 : null,
      sameMessage: [],
    };
  }

  #fitting(filter: Filter): Row[] {
    const rows: Row[] = [];
    for (let index = 0; index < Math.min(this.total, 5_000); index += 1) {
      const row = this.#row(this.total - index);
      if (fits(row, filter)) rows.push(row);
    }
    return rows;
  }
}
