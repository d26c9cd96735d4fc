// A filter as chips: each says one condition and takes it away again.
import type { Filter } from "../../host";
import { clockTime, shortDay } from "../../parts/words";
import {
  dayAfter,
  dayStart,
  kindWords,
  reasonNames,
  stageNames,
} from "./words";

export interface Chip {
  id: string;
  label: string;
  /** The filter without this condition. */
  without: Filter;
}

/** Names of lines and contacts, as far as they are known. */
export interface Names {
  line(id: string): string;
  contact(id: string): string;
}

export function chipsOf(filter: Filter, names: Names, now: number): Chip[] {
  const chips: Chip[] = [];
  for (const kind of filter.kinds) {
    chips.push({
      id: `kind-${kind}`,
      label: kindWords[kind].name,
      without: {
        ...filter,
        kinds: filter.kinds.filter((one) => one !== kind),
      },
    });
  }
  for (const stage of filter.stages) {
    chips.push({
      id: `stage-${stage}`,
      label: stageNames[stage],
      without: {
        ...filter,
        stages: filter.stages.filter((one) => one !== stage),
      },
    });
  }
  for (const reason of filter.reasons) {
    chips.push({
      id: `reason-${reason}`,
      label: reasonNames[reason],
      without: {
        ...filter,
        reasons: filter.reasons.filter((one) => one !== reason),
      },
    });
  }
  if (filter.line !== null) {
    chips.push({
      id: "line",
      label: names.line(filter.line),
      without: { ...filter, line: null },
    });
  }
  if (filter.contact !== null) {
    chips.push({
      id: "contact",
      label: names.contact(filter.contact),
      without: { ...filter, contact: null },
    });
  }
  if (filter.from !== null || filter.to !== null) {
    chips.push({
      id: "time",
      label: timeLabel(filter.from, filter.to, now),
      without: { ...filter, from: null, to: null },
    });
  }
  return chips;
}

/** Times that a filter offers by name. */
export interface TimeChoice {
  label: string;
  from: number;
  to: number | null;
}

export function timeChoices(now: number): TimeChoice[] {
  return [
    { label: "Today", from: dayStart(now), to: null },
    { label: "Yesterday", from: dayAfter(now, -1), to: dayStart(now) },
    { label: "Last 7 days", from: dayAfter(now, -6), to: null },
    { label: "Last 30 days", from: dayAfter(now, -29), to: null },
  ];
}

function moment(at: number): string {
  const day = shortDay(at);
  return dayStart(at) === at ? day : `${day} ${clockTime(at)}`;
}

/** `Today`, `9 Nov to 12 Nov`, `Since 9 Nov 14:02`. */
export function timeLabel(
  from: number | null,
  to: number | null,
  now: number,
): string {
  const named = timeChoices(now).find(
    (choice) => choice.from === from && choice.to === to,
  );
  if (named) return named.label;
  if (from !== null && to !== null) {
    // The end is not part of it: whole days are named by their last day.
    const last = dayStart(to) === to ? to - 1 : to;
    if (dayStart(from) === from && dayStart(last) === from) {
      return shortDay(from);
    }
    return `${moment(from)} to ${dayStart(to) === to ? shortDay(last) : moment(to)}`;
  }
  if (from !== null) return `Since ${moment(from)}`;
  return to === null ? "Any time" : `Until ${moment(to)}`;
}

/** A day as it is typed, `2026-11-20`, as its first moment in the user's zone; null where it is none. */
export function typedDay(typed: string): number | null {
  const match = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed.trim());
  if (!match) return null;
  const [year, month, day] = match.slice(1).map(Number);
  if (year === undefined || month === undefined || day === undefined) {
    return null;
  }
  const at = new Date(year, month - 1, day);
  return at.getMonth() === month - 1 && at.getDate() === day
    ? at.getTime()
    : null;
}

/** The opposite of `typedDay`. */
export function dayTyped(at: number): string {
  const day = new Date(at);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${String(day.getFullYear())}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
