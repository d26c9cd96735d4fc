// What the log says of an event: what happened, to whom, and where it stands, in a word or two.
import type {
  Connection,
  Kind,
  MessageChannel,
  ReasonCode,
  Row,
  Stage,
} from "../../host";
import type { IconName } from "../../parts/icons";
import type { Tone } from "../../parts/state";
import { clockTime, relativeTime, shortDay } from "../../parts/words";

interface Word {
  text: string;
  tone: Tone;
}

const stageWords: Record<Stage, Word> = {
  new: { text: "Just seen", tone: "accent" },
  waiting: { text: "Waits", tone: "warn" },
  skipped: { text: "Log only", tone: "neutral" },
  queued: { text: "On its way", tone: "accent" },
  written: { text: "On timeline", tone: "ok" },
  failed: { text: "Given up", tone: "danger" },
};

const reasonWords: Record<ReasonCode, string> = {
  kindOff: "Log only",
  noContact: "No contact",
  ambiguous: "Which contact?",
  noAddress: "No address",
  beforeLookBack: "Too old",
  unreadable: "Unreadable",
  dropped: "Let go",
  contactGone: "Contact gone",
  refused: "Refused",
  missingScopes: "Scope missing",
};

/** Where an event stands: the word at the end of its row. */
export function standing(row: Pick<Row, "stage" | "reason">): Word {
  const word = stageWords[row.stage];
  // On its way or on the timeline, a reason is history.
  const stopped = ["waiting", "skipped", "failed"].includes(row.stage);
  return row.reason && stopped
    ? { ...word, text: reasonWords[row.reason] }
    : word;
}

export const stageNames: Record<Stage, string> = {
  new: "Just seen",
  waiting: "Waits",
  skipped: "Log only",
  queued: "On its way",
  written: "On timeline",
  failed: "Given up",
};

/** Reasons as a filter names them, where there is no row to say the rest. */
export const reasonNames: Record<ReasonCode, string> = {
  noContact: "No contact found",
  ambiguous: "Several contacts fit",
  noAddress: "No address",
  kindOff: "Kind stays in the log",
  beforeLookBack: "Older than the look-back",
  unreadable: "Unreadable in Tuco",
  dropped: "Let go by a person",
  contactGone: "Contact is gone",
  refused: "Refused by HubSpot",
  missingScopes: "Key lacks a scope",
};

interface KindWord {
  /** As a filter and a story name it. */
  name: string;
  /** In front of the text; none where the arrow says it all. */
  short: string;
  icon: IconName;
  tone: Tone;
}

export const kindWords: Record<Kind, KindWord> = {
  reply: {
    name: "Reply",
    short: "",
    icon: "arrow-down-left",
    tone: "inbound",
  },
  sent: { name: "Sent", short: "", icon: "arrow-up-right", tone: "neutral" },
  delivered: {
    name: "Delivered",
    short: "Delivered",
    icon: "check",
    tone: "neutral",
  },
  opened: { name: "Opened", short: "Opened", icon: "eye", tone: "neutral" },
  fallback: {
    name: "Sent another way",
    short: "Sent another way",
    icon: "arrow-up-right",
    tone: "neutral",
  },
  failed: {
    name: "Not delivered",
    short: "Not delivered",
    icon: "x",
    tone: "danger",
  },
};

const channelNames: Record<MessageChannel, string> = {
  iMessage: "iMessage",
  sms: "SMS",
  email: "e-mail",
  unknown: "",
};

/** `Reply by iMessage`. */
export function kindAndChannel(row: Pick<Row, "kind" | "channel">): string {
  const channel = channelNames[row.channel];
  const kind = kindWords[row.kind];
  if (row.kind === "fallback" && channel) return `Sent by ${channel} instead`;
  return channel ? `${kind.name} by ${channel}` : kind.name;
}

/** Who the other side is: a name, else the number or address. */
export function who(row: Pick<Row, "name" | "address">): string {
  return seen(row.name) || seen(row.address) || "Unknown";
}

const unseen = /^[\p{C}\p{Z}\p{M}\u115f\u1160\u3164\uffa0]*$/u;

/** A text, unless nothing of it can be seen: then it is as good as none. */
export function seen(text: string | null): string {
  return text === null || unseen.test(text) ? "" : text.trim();
}

/** What was said, where there are words at all. */
export function said(row: Pick<Row, "text" | "files">): string {
  if (seen(row.text)) return row.text;
  if (row.files > 0) {
    return row.files === 1 ? "A file" : `${String(row.files)} files`;
  }
  return "";
}

/** How times are written in the log. */
export type TimeForm = "short" | "exact" | "relative";

const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const monthAndYear = new Intl.DateTimeFormat("en-GB", {
  month: "short",
  year: "numeric",
});
const toTheSecond = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** The first moment of the day in which `at` lies, in the user's own zone. */
export function dayStart(at: number): number {
  return dayAfter(at, 0);
}

/** The first moment of the day that is so many days after that of `at`. */
export function dayAfter(at: number, days: number): number {
  const day = new Date(at);
  day.setHours(0, 0, 0, 0);
  day.setDate(day.getDate() + days);
  return day.getTime();
}

/**
 * Short: `14:02` today, `Fri 13:58` this week, `9 Nov` this year, else `Nov 2025`; the day stands over
 * the list and the rest on hover. Exact: `9 Nov 13:58:22`, with the year where it is another one.
 */
export function rowTime(at: number, now: number, form: TimeForm): string {
  if (form === "relative") return relativeTime(at, now);
  const thisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  if (form === "exact") {
    const year = thisYear ? "" : ` ${String(new Date(at).getFullYear())}`;
    return `${shortDay(at)}${year} ${thisYear ? toTheSecond.format(at) : clockTime(at)}`;
  }
  const day = dayStart(at);
  if (day === dayStart(now)) return clockTime(at);
  if (day > dayAfter(now, -7)) return `${weekday.format(at)} ${clockTime(at)}`;
  return thisYear ? shortDay(at) : monthAndYear.format(at);
}

const directions = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A name within a sentence of ours: it keeps its own direction and cannot turn what follows. */
export function within(name: string): string {
  return `\u2068${name.replace(directions, "")}\u2069`;
}

/** The portal, as every confirmation names it. */
export function portalOf(
  connection: Pick<Connection, "portalId" | "portalName">,
): string {
  return connection.portalName
    ? `${within(connection.portalName)} (portal ${connection.portalId})`
    : `portal ${connection.portalId}`;
}
