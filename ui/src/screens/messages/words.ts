// What the screens of messages say: names, ways, states and times, one word for one thing.
import type { FoundContact, Line } from "../../host";
import type { IconName } from "../../parts/icons";
import type { Tone } from "../../parts/state";
import { clockTime, count, longDay, shortDay, span } from "../../parts/words";
import { portalOf, seen, within } from "../activity/words";
import type { Fallback, GuardReason, SendState, Way } from "./host";

export { portalOf, seen, within };

/** A person as a list names them: a name, else whatever is known. */
export function nameOf(contact: FoundContact): string {
  return (
    seen(contact.name) ||
    contact.email ||
    contact.phone ||
    `Contact ${contact.id}`
  );
}

/** What tells two people of the same name apart. */
export function addressOf(contact: FoundContact): string {
  return [contact.company, contact.phone, contact.email]
    .filter(Boolean)
    .join(" · ");
}

export const wayWords: Record<Way, { name: string; icon: IconName }> = {
  iMessage: { name: "iMessage", icon: "message-square" },
  sms: { name: "SMS", icon: "phone" },
  email: { name: "E-mail", icon: "mail" },
};

/** What can happen where a message does not arrive: one of these, never two. */
export const fallbackChoices: { value: Fallback; label: string }[] = [
  { value: "nothing", label: "Nothing" },
  { value: "tuco", label: "SMS by Tuco" },
  { value: "sms", label: "SMS from here, same line" },
  { value: "task", label: "Task for the owner" },
];

export const fallbackHints: Record<Fallback, string> = {
  nothing: "It is told here and on the timeline.",
  tuco: "Tuco sends it over Twilio, also while this computer is off.",
  sms: "Checked anew when the iMessage fails. One of the two arrives, never both.",
  task: "In HubSpot, on the contact, for today.",
};

export const reasonWords: Record<GuardReason, string> = {
  optedOut: "Opted out",
  optOutReview: "Waits for a decision",
  contactGone: "Contact gone",
  noConsent: "No consent",
  noAddress: "No address",
  quietHours: "Quiet hours",
  lineInactive: "Line inactive",
  lineAtCap: "Line at its cap",
  duplicate: "Same text again",
  tooMany: "Too many this week",
  readOnly: "Workspace read-only",
  wrongPortal: "Wrong portal",
  unresolved: "Field without a value",
  emptyText: "No text",
  badAttachment: "Attachment",
};

/** A moment ahead or behind, short: `14:05` today, else `Mon 23 Nov, 09:00`. */
export function moment(at: number, now: number, zone?: string): string {
  const form = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(zone ? { timeZone: zone } : {}),
  });
  const day = new Intl.DateTimeFormat("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(zone ? { timeZone: zone } : {}),
  });
  const date = day.format(at).replace(",", "");
  return date === day.format(now).replace(",", "")
    ? form.format(at)
    : `${date}, ${form.format(at)}`;
}

/** The day over a part of a thread. */
export function dayOf(at: number, now: number): string {
  if (longDay(at) === longDay(now) && now - at < 86_400_000) return "Today";
  const away = now - at;
  return away < 6 * 86_400_000
    ? longDay(at)
    : `${shortDay(at)} ${String(new Date(at).getFullYear())}`;
}

interface StateWord {
  text: string;
  tone: Tone;
  icon: IconName;
  /** Something goes on by itself. */
  moving: boolean;
}

const waits = {
  scheduled: "Scheduled",
  cap: "Waits for the line's cap",
  window: "Waits for the send window",
  gap: "Waits for the gap between sends",
} as const;

/** Where a message stands, in a few words, with until when where that is known. */
export function stateWords(state: SendState, now: number): StateWord {
  const word = (
    text: string,
    tone: Tone,
    icon: IconName,
    moving = false,
  ): StateWord => ({ text, tone, icon, moving });
  switch (state.state) {
    case "undoable":
      return word(
        `Goes in ${span(state.until - now)}`,
        "accent",
        "clock",
        true,
      );
    case "queued":
      return word(
        state.until === null
          ? "Queued here"
          : `Queued here until ${moment(state.until, now)}`,
        "accent",
        "clock",
        true,
      );
    case "atTuco":
      return word("Sent to Tuco", "accent", "loader-circle", true);
    case "waiting":
      return word(
        state.until === null
          ? waits[state.why]
          : `${waits[state.why]}${state.why === "scheduled" ? " for" : ", until"} ${moment(state.until, now)}`,
        "warn",
        "clock",
        true,
      );
    case "sent":
      return word("Sent", "ok", "check");
    case "delivered":
      return word("Delivered", "ok", "circle-check");
    case "fallback":
      return word("Sent another way", "ok", "arrow-up-right");
    case "failed":
      return word("Failed", "danger", "circle-x");
    case "refused":
      return word(
        `Not sent: ${reasonWords[state.reason].toLowerCase()}`,
        "danger",
        "ban",
      );
    case "unknown":
      return word("Outcome unknown", "danger", "circle-alert");
    case "cancelled":
      return word("Cancelled", "neutral", "x");
  }
}

/** The sentences under a state, where it needs more than its word. */
export function stateStory(state: SendState, now: number): string {
  switch (state.state) {
    case "queued":
      return state.why;
    case "fallback":
      return state.text;
    case "failed":
      return `${state.why} ${state.next}`;
    case "refused":
      return state.why;
    case "unknown":
      return (
        `Tuco did not answer at ${clockTime(state.since)}. It is not sent again by itself. ` +
        `Looked up ${state.looks === 1 ? "once" : state.looks === 2 ? "twice" : `${count(state.looks)} times`}` +
        (state.nextLookAt === null
          ? "; now a person decides."
          : `; again ${moment(state.nextLookAt, now)}.`)
      );
    case "cancelled":
      return state.by ? `By ${within(state.by)}.` : "";
    default:
      return "";
  }
}

/** `54 left today`, as a line says it beside its name. */
export function headroom(line: Line): string {
  if (!line.active) return "inactive";
  const left =
    line.dailyLimit === null
      ? ""
      : `${count(Math.max(0, line.dailyLimit - (line.sentToday ?? 0)))} of ${count(line.dailyLimit)} left today`;
  const fresh =
    line.dailyNewLimit === null
      ? ""
      : `${count(Math.max(0, line.dailyNewLimit - (line.newToday ?? 0)))} new`;
  const health =
    line.health && line.health !== "healthy" ? line.health : "healthy";
  return [left, fresh, health].filter(Boolean).join(" · ");
}

/** How somebody's own time stands beside ours: `10:02 in New York`. */
export function timeThere(at: number, zone: string): string {
  const place = (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");
  try {
    return `${new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at)} in ${place}`;
  } catch {
    return `a zone that is not known here: ${zone}`;
  }
}
