// A filter of the log as an address, so that a number on the Overview leads to the rows behind it, and
// a filter survives going away and coming back.
import type { Filter, Kind, ReasonCode, Stage } from "../host";

export const noFilter: Filter = {
  search: "",
  kinds: [],
  stages: [],
  reasons: [],
  line: null,
  contact: null,
  from: null,
  to: null,
};

const kinds: readonly Kind[] = [
  "sent",
  "delivered",
  "failed",
  "fallback",
  "opened",
  "reply",
];
const stages: readonly Stage[] = [
  "new",
  "waiting",
  "skipped",
  "queued",
  "written",
  "failed",
];
const reasons: readonly ReasonCode[] = [
  "kindOff",
  "noContact",
  "ambiguous",
  "noAddress",
  "beforeLookBack",
  "unreadable",
  "dropped",
  "contactGone",
  "refused",
  "missingScopes",
];

/** The filter as what stands behind the `?`. */
export function queryOf(filter: Partial<Filter>): Record<string, string> {
  const { search, line, contact, from, to } = filter;
  return {
    ...(search ? { q: search } : {}),
    ...(filter.kinds?.length ? { kind: filter.kinds.join(" ") } : {}),
    ...(filter.stages?.length ? { state: filter.stages.join(" ") } : {}),
    ...(filter.reasons?.length ? { reason: filter.reasons.join(" ") } : {}),
    ...(line ? { line } : {}),
    ...(contact ? { contact } : {}),
    ...(typeof from === "number" ? { from: String(from) } : {}),
    ...(typeof to === "number" ? { to: String(to) } : {}),
  };
}

/** The filter of an address. What is not understood is left out: an address may be old or typed. */
export function filterOf(query: URLSearchParams): Filter {
  const words = (name: string): string[] =>
    (query.get(name) ?? "").split(" ").filter(Boolean);
  const time = (name: string): number | null => {
    const written = query.get(name) ?? "";
    return /^\d{1,15}$/.test(written) ? Number(written) : null;
  };
  return {
    search: query.get("q") ?? "",
    kinds: kinds.filter((kind) => words("kind").includes(kind)),
    stages: stages.filter((stage) => words("state").includes(stage)),
    reasons: reasons.filter((reason) => words("reason").includes(reason)),
    line: query.get("line"),
    contact: query.get("contact"),
    from: time("from"),
    to: time("to"),
  };
}
