// Mappings as they could be: the one from the start, one with a draft that has faults, and a long one.
import type { MappingRow, Source, Transform } from "../screens/mapping/host";

function row(
  id: number,
  source: Source,
  lead: string | null,
  more: Partial<MappingRow> = {},
): MappingRow {
  return {
    id,
    source,
    lead,
    direction: source.of === "contact" ? "both" : "toTuco",
    transforms: [],
    conflict: "newest",
    required: false,
    ...more,
  };
}

const own = (property: string): Source => ({ of: "contact", property });
const trim: Transform = { kind: "trim" };
const phone: Transform = { kind: "phone", region: "auto" };

/** As it is from the start. */
export function defaultRows(): MappingRow[] {
  return [
    row(1, own("firstname"), "firstName", { transforms: [trim] }),
    row(2, own("lastname"), "lastName", { transforms: [trim] }),
    row(3, own("email"), "email", {
      transforms: [{ kind: "email" }],
      conflict: "hubSpot",
      required: true,
    }),
    row(4, own("phone"), "phone", { transforms: [phone] }),
    row(5, own("mobilephone"), "altPhone1", {
      transforms: [phone],
      conflict: "fillEmpty",
    }),
    row(6, own("company"), "companyName"),
    row(7, own("jobtitle"), "jobTitle"),
    row(8, own("hs_linkedin_url"), "linkedinUrl"),
    row(9, own("lifecyclestage"), "customFields.lifecycleStage", {
      direction: "toTuco",
      conflict: "hubSpot",
      transforms: [
        {
          kind: "pairs",
          pairs: [
            { from: "subscriber", to: "Subscriber" },
            { from: "lead", to: "Lead" },
            { from: "customer", to: "Customer" },
          ],
          otherwise: { do: "keep" },
        },
      ],
    }),
    row(10, { of: "owner", property: "email" }, "customFields.ownerEmail"),
    row(
      11,
      { of: "sum", object: "deal", property: "amount", only: "all" },
      "customFields.dealValue",
      {
        transforms: [
          { kind: "number", decimals: 2, thousands: "", point: "." },
        ],
      },
    ),
    row(12, { of: "count", object: "deal", only: "all" }, "customFields.deals"),
    row(13, { of: "company", property: "industry" }, "customFields.industry", {
      transforms: [{ kind: "default", value: "Unknown" }],
    }),
    row(
      14,
      {
        of: "deal",
        property: "dealstage",
        which: { take: "newestOpen", pipeline: null },
      },
      "customFields.dealStage",
    ),
    row(15, own("last_cleaning"), "customFields.lastCleaning", {
      direction: "toTuco",
      transforms: [
        { kind: "date", to: "text", zone: "portal", pattern: "d MMM yyyy" },
      ],
    }),
    row(16, own("sms_consent"), "customFields.mayBeTexted", {
      direction: "toTuco",
      transforms: [{ kind: "yesNo", yes: "Yes", no: "No" }],
    }),
  ];
}

/** What somebody has begun to change, with faults. */
export function draftRows(): MappingRow[] {
  return [
    ...defaultRows().map((one) =>
      one.id === 7
        ? { ...one, transforms: [{ kind: "case", to: "title" } as const] }
        : one,
    ),
    row(-1, own("interests"), "customFields.interests", {
      direction: "toTuco",
      transforms: [{ kind: "list", by: ", ", labels: true }],
    }),
    row(-2, own("hs_full_name"), "notes"),
    row(-3, own("city"), "companyName", { direction: "toTuco" }),
    row(-4, own("referred_by"), null, { direction: "toTuco" }),
  ];
}

/** Sixty-two rows. */
export function longRows(): MappingRow[] {
  return [
    ...defaultRows(),
    ...Array.from({ length: 46 }, (_, at) =>
      row(
        100 + at,
        own(`custom_fact_${String(at + 1)}`),
        `customFields.fact${String(at + 1)}`,
        { direction: at % 5 === 0 ? "off" : "toTuco" },
      ),
    ),
  ];
}
