// How times and numbers are written: short, in the user's own zone, always with a unit.

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const exactForm = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  timeZoneName: "short",
});
const clockForm = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
});
const dayForm = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
});
const dayOfYearForm = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
});
const longDayForm = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
});
const numberForm = new Intl.NumberFormat("en-GB");
const moneyForm = new Intl.NumberFormat("en-GB", { minimumFractionDigits: 2 });

/** `Sat 21 Nov 2026, 13:58:22 GMT`. */
export function exactTime(at: number): string {
  return exactForm.format(at);
}

/** `13:58`. */
export function clockTime(at: number): string {
  return clockForm.format(at);
}

/** `21 Nov`. */
export function shortDay(at: number): string {
  return dayForm.format(at);
}

/** `21 Nov 2026`. */
export function dayOfYear(at: number): string {
  return dayOfYearForm.format(at);
}

/** `Saturday 21 November`. */
export function longDay(at: number): string {
  return longDayForm.format(at).replace(",", "");
}

/** `12,480`. */
export function count(number: number): string {
  return numberForm.format(number);
}

/** `1,250`, `1,250.50`. */
export function money(amount: number): string {
  return amount % 1 === 0 ? count(amount) : moneyForm.format(amount);
}

/** `1 event`, `12 events`. */
export function counted(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** `4 s`, `12 min`, `3 h`, `6 days`. */
export function span(milliseconds: number): string {
  const whole = Math.max(0, milliseconds);
  if (whole < minute) return `${String(Math.round(whole / 1000))} s`;
  if (whole < hour) return `${String(Math.floor(whole / minute))} min`;
  if (whole < day) return `${String(Math.floor(whole / hour))} h`;
  return counted(Math.floor(whole / day), "day");
}

/** `6 s ago`, `in 4 min`; further away than a week, the day itself. */
export function relativeTime(at: number, now: number): string {
  const away = now - at;
  if (Math.abs(away) < 2000) return "just now";
  if (Math.abs(away) > 7 * day) return shortDay(at);
  return away > 0 ? `${span(away)} ago` : `in ${span(-away)}`;
}

/** `340 MB`. */
export function size(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB"];
  let left = bytes;
  let unit = 0;
  while (left >= 1000 && unit < units.length - 1) {
    left /= 1000;
    unit += 1;
  }
  const shown = left < 10 && unit > 0 ? left.toFixed(1) : left.toFixed(0);
  return `${shown} ${units[unit] ?? ""}`;
}
