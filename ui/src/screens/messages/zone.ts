// Clock times in somebody else's zone. A time that a day of change leaves out is moved on by the gap, and
// one that comes twice is the first of them.

function shownAs(at: number, zone: string): string {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  return `${parts["year"] ?? ""}-${parts["month"] ?? ""}-${parts["day"] ?? ""}T${parts["hour"] ?? ""}:${parts["minute"] ?? ""}`;
}

/** A moment as a date field shows it: `2026-11-21T09:00`, in the zone. */
export function localOf(at: number, zone: string): string {
  return shownAs(at, zone);
}

/** The moment at which a clock of the zone shows this; none for what is no time. */
export function momentOf(local: string, zone: string): number | undefined {
  const wanted = Date.parse(`${local}Z`);
  if (Number.isNaN(wanted)) return undefined;
  const off = (at: number): number => Date.parse(`${shownAs(at, zone)}Z`) - at;
  // The distance to UTC a day before and a day after: where they differ, the clock is changed between.
  const before = off(wanted - 86_400_000);
  const after = off(wanted + 86_400_000);
  const first = wanted - before;
  const second = wanted - after;
  const fits = [first, second].filter((at) => shownAs(at, zone) === local);
  return fits.length > 0 ? Math.min(...fits) : first;
}

/** The next time that a clock of the zone shows `hour`, on the day so many days from now. */
export function atHour(
  now: number,
  days: number,
  hour: number,
  zone: string,
): number {
  const day = shownAs(now + days * 86_400_000, zone).slice(0, 10);
  return momentOf(`${day}T${String(hour).padStart(2, "0")}:00`, zone) ?? now;
}
