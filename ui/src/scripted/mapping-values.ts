// What a mapping makes of made-up people. It is no more than the screen needs to be seen at work; the
// program's own transforms are its own.
import type {
  Fields,
  FoundRecord,
  MappingRow,
  RowProblem,
  RowSample,
  Transform,
  TrialRow,
} from "../screens/mapping/host";
import { leadField, named, writable } from "../screens/mapping/sources";

const values: Record<string, string> = {
  firstname: " Ana ",
  lastname: "Ruiz",
  email: "Ana.Ruiz@Example.com",
  phone: "(202) 555-0101",
  mobilephone: "202 555 0171",
  company: "Harbor Dental",
  jobtitle: "head of operations",
  lifecyclestage: "customer",
  hs_lead_status: "connected",
  last_cleaning: "2026-06-14",
  sms_consent: "true",
  interests: "whitening;aligners",
  "owner.email": "lane@harbor-dental.example",
  "company.industry": "",
  "deal.amount": "14250.5",
  "deal.count": "3",
  "deal.dealstage": "plansent",
  "appointment.treatment": "Crown, upper left",
  "appointment.count": "2",
  city: "San José",
  hs_full_name: "Ana Ruiz",
};

const leadValues: Record<string, string> = {
  firstName: "Ana",
  lastName: "Ruiz",
  email: "ana.ruiz@example.com",
  phone: "+12025550101",
  companyName: "Harbor Dental Group",
  jobTitle: "Head of operations",
  "customFields.lifecycleStage": "Lead",
};

function valueOf(row: MappingRow): string | null {
  const { source } = row;
  switch (source.of) {
    case "nothing":
      return null;
    case "contact":
      return values[source.property] ?? null;
    case "count":
      return values[`${source.object}.count`] ?? "0";
    case "sum":
    case "object":
      return values[`${source.object}.${source.property}`] ?? null;
    default:
      return values[`${source.of}.${source.property}`] ?? null;
  }
}

function title(text: string): string {
  return text.replace(/\p{L}+/gu, (word) =>
    word.replace(/^./u, (first) => first.toUpperCase()),
  );
}

function transformed(
  value: string | null,
  transform: Transform,
): string | null {
  if (value === null || value === "") {
    return transform.kind === "default" ? transform.value : value;
  }
  switch (transform.kind) {
    case "trim":
      return value.trim().replace(/ +/g, " ");
    case "case":
      return transform.to === "title"
        ? title(value)
        : transform.to === "upper"
          ? value.toUpperCase()
          : value.toLowerCase();
    case "text":
      return value.slice(0, transform.longest ?? value.length);
    case "email":
      return value.trim().toLowerCase();
    case "phone":
      return value.startsWith("+") ? value : `+1${value.replace(/\D/g, "")}`;
    case "namePart": {
      const [first = "", ...rest] = value.trim().split(/\s+/);
      return transform.part === "first" ? first : rest.join(" ");
    }
    case "join":
      return [value.trim(), ...transform.fields.map((one) => values[one] ?? "")]
        .filter(Boolean)
        .join(transform.by);
    case "date": {
      const date = new Date(value);
      if (transform.to !== "text") return value;
      return new Intl.DateTimeFormat("en-GB", {
        day: "numeric",
        month: "short",
        year: "numeric",
        timeZone: "UTC",
      }).format(date);
    }
    case "pairs": {
      const pair = transform.pairs.find((one) => one.from === value);
      if (pair) return pair.to;
      return transform.otherwise.do === "use"
        ? transform.otherwise.value
        : transform.otherwise.do === "keep"
          ? value
          : null;
    }
    case "yesNo":
      return value === "true" ? transform.yes : transform.no;
    case "list":
      return value.split(";").map(title).join(transform.by);
    case "number":
      return transform.decimals === null
        ? value
        : Number(value).toFixed(transform.decimals);
    case "template":
      return transform.text.replace(
        /\{(\w+)(?:\|([^}]*))?\}/g,
        (_, name: string, other?: string) => values[name] ?? other ?? "",
      );
    default:
      return value;
  }
}

export function sampled(row: MappingRow, from: "contact" | "lead"): RowSample {
  const before =
    from === "contact" ? valueOf(row) : (leadValues[row.lead ?? ""] ?? null);
  const after: (string | null)[] = [];
  let value = before;
  for (const transform of row.transforms) {
    value = transformed(value, transform);
    after.push(value);
  }
  return { row: row.id, before, after, result: value, why: "" };
}

export function tried(row: MappingRow, to: "contact" | "lead"): TrialRow {
  const sample = sampled(row, to === "lead" ? "contact" : "lead");
  const holds =
    to === "lead" ? (leadValues[row.lead ?? ""] ?? null) : valueOf(row);
  const same = (holds ?? "") === (sample.result ?? "");
  const keeps =
    row.conflict === (to === "lead" ? "tuco" : "hubSpot") ||
    (row.conflict === "fillEmpty" && (holds ?? "") !== "");
  const empty = (sample.result ?? "") === "";
  return {
    ...sample,
    holds,
    does: same ? "same" : empty ? "empty" : keeps ? "keeps" : "writes",
    says: same
      ? ""
      : empty
        ? "An empty value is not written over a full one."
        : keeps
          ? "The rule of the row keeps what is there."
          : row.conflict === "newest"
            ? `Changed in ${to === "lead" ? "HubSpot" : "Tuco"} on 20 Nov, and the newest wins.`
            : "",
  };
}

/** What is wrong with rows, as far as the screen needs it. */
export function faultsOf(fields: Fields, rows: MappingRow[]): RowProblem[] {
  return rows.flatMap((row): RowProblem[] => {
    const fault = (
      more: Partial<RowProblem> & Pick<RowProblem, "code" | "says" | "at">,
    ): RowProblem => ({
      row: row.id,
      todo: "",
      blocks: true,
      transform: null,
      mends: [],
      ...more,
    });
    const source = named(fields, row.source);
    const found: RowProblem[] = [];
    if (row.direction === "off") return found;
    if (row.source.of === "nothing" || row.lead === null) {
      found.push(
        fault({
          code: "incomplete",
          says:
            row.source.of === "nothing"
              ? "A HubSpot property is missing."
              : "A field of the lead is missing.",
          todo: "Choose one, or turn the row off.",
          at: row.lead === null ? "lead" : "source",
          mends: [
            {
              mend: "row",
              row: { ...row, direction: "off" },
              label: "Turn it off",
            },
          ],
        }),
      );
    }
    if (source.gone && row.source.of === "contact") {
      found.push(
        fault({
          code: "gone",
          says: `The portal has no property ${row.source.property} any more.`,
          todo: "Choose another one, or make it again.",
          at: "source",
          mends: [
            {
              mend: "createProperty",
              property: {
                object: "contact",
                name: row.source.property,
                label: "Referred by",
                description: "",
                group: "Practice",
                type: "text",
                options: [],
              },
            },
            { mend: "refreshFields" },
          ],
        }),
      );
    }
    const back = row.direction === "both" || row.direction === "toHubSpot";
    if (back && (source.property?.readOnly || !writable(row.source))) {
      found.push(
        fault({
          code: "readOnly",
          says: `HubSpot calculates ${source.label}; it can't be written.`,
          todo: "Let it go to Tuco only.",
          at: "direction",
          mends: [
            {
              mend: "row",
              row: { ...row, direction: "toTuco" },
              label: "To Tuco only",
            },
          ],
        }),
      );
    }
    const first = rows.find(
      (one) => one.lead === row.lead && one.direction !== "off",
    );
    if (row.lead !== null && first && first.id !== row.id) {
      const field = leadField(fields, row.lead)?.label ?? row.lead;
      found.push(
        fault({
          code: "writtenTwice",
          says: `${field} is written by another row too.`,
          todo: `${named(fields, first.source).label} fills it. Keep one of the two.`,
          at: "lead",
          mends: [{ mend: "remove", label: "Remove this row" }],
        }),
      );
    }
    return found;
  });
}

export const records: FoundRecord[] = [
  {
    of: "contact",
    id: "70001",
    name: "Ana Ruiz",
    email: "ana.ruiz@example.com",
    phone: "+12025550101",
    company: "Harbor Dental",
  },
  {
    of: "lead",
    id: "6b1f00000000000000000a01",
    name: "إيمان حسن",
    email: null,
    phone: "+201055550100",
    company: null,
  },
  {
    of: "contact",
    id: "70003",
    name: "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Jr.",
    email: "wolfe@example.net",
    phone: null,
    company: "Featherstonehaugh Dental Partners",
  },
];
