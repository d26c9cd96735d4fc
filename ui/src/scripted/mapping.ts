// The mapping part of the scripted host: it keeps drafts and versions as the program would, as long as
// the page is open.
import type { Answer } from "../frame/asked";
import type { Problem } from "../host";
import type {
  MappingHost,
  MappingRow,
  MappingState,
  MappingVersion,
  Preset,
} from "../screens/mapping/host";
import { fieldsOf } from "./fields";
import { defaultRows, draftRows, longRows } from "./mapping-rows";
import { faultsOf, records, sampled, tried } from "./mapping-values";

const noKey: Problem = {
  code: "needsSignIn",
  message:
    "HubSpot refuses the key, so its properties can't be read. Paste a new key under Connections; the mapping is kept.",
  detail: "hubspot_key_refused",
};

/** How the new parts answer: as they should, never, with a problem, or with nothing in them yet. */
export type Answers = "yes" | "never" | "problem" | "empty";

export function scriptedMapping(
  calls: string[],
  now: number,
  busy: boolean,
  answers: Answers,
): MappingHost {
  let fields = fieldsOf(now);
  let presets: Preset[] = [
    {
      id: "usual",
      name: "The usual fields",
      about: "Names, e-mail, phones, company, job title, stage and deals",
      rows: defaultRows().length,
      own: false,
    },
    {
      id: "few",
      name: "Who it is, and no more",
      about: "Names, e-mail and phone, from HubSpot to Tuco",
      rows: 4,
      own: false,
    },
  ];
  const versions: MappingVersion[] = busy
    ? [4, 3, 2, 1].map((version) => ({
        version,
        at: now - (5 - version) * 86_400_000,
        rows: 12 + version,
        says: version === 2 ? "Imported from leads.toml" : "1 row added",
        holds: version === 4,
      }))
    : [];
  let state: MappingState = {
    version: busy ? 4 : 0,
    appliedAt: busy ? now - 86_400_000 : null,
    rows: answers === "empty" ? [] : defaultRows(),
    draft: busy ? draftRows() : null,
    problems: busy ? faultsOf(fields, draftRows()) : [],
    inUse: busy,
  };
  let asks = 0;

  function yes<T>(name: string, data: () => T): Promise<Answer<T>> {
    calls.push(name);
    if (answers === "never") return new Promise(() => undefined);
    // Asked again, it answers: the way out of the error works.
    if (answers === "problem" && (asks += 1) <= 2) {
      return Promise.resolve({ status: "error", error: noKey });
    }
    return Promise.resolve({ status: "ok", data: data() });
  }

  function drafted(rows: MappingRow[]): MappingState {
    state = { ...state, draft: rows, problems: faultsOf(fields, rows) };
    return state;
  }

  const shownRows = (): MappingRow[] => state.draft ?? state.rows;

  return {
    mapping: (connection) =>
      yes("mapping", () => {
        if (connection === 2) {
          return { ...state, draft: null, problems: [], rows: longRows() };
        }
        return state;
      }),
    fields: () => yes("fields", () => fields),
    readFields: () => yes("readFields", () => fields),
    createProperty: (_connection, property) =>
      yes(`createProperty ${property.name}`, () => {
        fields = {
          ...fields,
          properties: [
            ...fields.properties,
            {
              ...property,
              options: property.options.map((one) => ({
                ...one,
                hidden: false,
              })),
              readOnly: false,
              calculated: false,
              unique: false,
              required: false,
              hidden: false,
            },
          ],
        };
        return fields;
      }),
    keepDraft: (_connection, rows) =>
      yes(`keepDraft ${String(rows.length)}`, () => drafted(rows).problems),
    discardDraft: () =>
      yes("discardDraft", () => {
        state = { ...state, draft: null, problems: [] };
        return state;
      }),
    previewDraft: () =>
      yes("previewDraft", () => {
        const before = new Map(state.rows.map((row) => [row.id, row]));
        const rows = shownRows();
        return {
          changes: [
            ...rows
              .filter(
                (row) =>
                  JSON.stringify(before.get(row.id)) !== JSON.stringify(row),
              )
              .map((row) => ({
                row: row.id,
                what: before.has(row.id)
                  ? ("changed" as const)
                  : ("added" as const),
                says:
                  row.source.of === "contact"
                    ? `${row.source.property} and ${row.lead ?? "nothing yet"}`
                    : (row.lead ?? "A row without a field"),
              })),
            ...state.rows
              .filter((row) => !rows.some((one) => one.id === row.id))
              .map((row) => ({
                row: row.id,
                what: "removed" as const,
                says: row.lead ?? "",
              })),
          ],
          people: 11_842,
          leadsChange: 214,
          contactsChange: 38,
          conflicts: 3,
          skipped: [
            { says: "Their phone number can't be read as one.", people: 6 },
          ],
          examples: [
            {
              name: "Ana Ruiz",
              side: "lead" as const,
              field: "Job title",
              before: "head of operations",
              after: "Head Of Operations",
            },
            {
              name: "إيمان حسن",
              side: "lead" as const,
              field: "Interests",
              before: null,
              after: "Whitening, Aligners",
            },
          ],
          typeName: busy ? "Harbor Dental Group" : null,
        };
      }),
    applyDraft: (_connection, typed) =>
      yes(`applyDraft ${typed ?? ""}`, () => {
        for (const one of versions) one.holds = false;
        versions.unshift({
          version: state.version + 1,
          at: now,
          rows: shownRows().length,
          says: "Changed on this screen",
          holds: true,
        });
        state = {
          ...state,
          version: state.version + 1,
          appliedAt: now,
          rows: shownRows(),
          draft: null,
          problems: [],
        };
        return state;
      }),
    mappingVersions: () => yes("mappingVersions", () => [...versions]),
    draftVersion: (_connection, version) =>
      yes(`draftVersion ${String(version)}`, () =>
        drafted(defaultRows().slice(0, 12 + version)),
      ),
    mappingPresets: () => yes("mappingPresets", () => presets),
    draftPreset: (_connection, preset) =>
      yes(`draftPreset ${preset}`, () =>
        drafted(defaultRows().slice(0, preset === "few" ? 4 : undefined)),
      ),
    keepPreset: (_connection, name) =>
      yes("keepPreset", () => {
        presets = [
          ...presets,
          {
            id: name,
            name,
            about: "",
            rows: shownRows().length,
            own: true,
          },
        ];
        return presets;
      }),
    forgetPreset: (_connection, preset) =>
      yes("forgetPreset", () => {
        presets = presets.filter((one) => one.id !== preset);
        return presets;
      }),
    draftCopy: () => yes("draftCopy", () => drafted(longRows().slice(0, 20))),
    importMapping: () =>
      yes("importMapping", () => ({
        file: "leads.toml",
        result: "refused" as const,
        faults: [
          {
            line: 14,
            text: 'direction = "sideways"',
            reason:
              "“sideways” is no direction. It is one of both, to-tuco, to-hubspot and off.",
          },
          {
            line: 31,
            text: 'lead = "fristName"',
            reason:
              "A lead has no field “fristName”. Did you mean “firstName”? Fields of your own begin with customFields.",
          },
        ],
      })),
    exportMapping: () =>
      yes("exportMapping", () => ({
        path: "/home/ana/Documents/mapping.toml",
        bytes: 2_140,
      })),
    sampleRows: (_connection, rows, record) =>
      yes("sampleRows", () => ({
        whose:
          records.find((one) => one.id === record?.id) ?? records[0] ?? null,
        toTuco: rows.map((row) => sampled(row, "contact")),
        toHubSpot: rows.map((row) => sampled(row, "lead")),
      })),
    findRecords: (_connection, words) =>
      yes("findRecords", () =>
        records.filter((one) =>
          `${one.name} ${one.email ?? ""} ${one.phone ?? ""}`
            .toLocaleLowerCase()
            .includes(words.toLocaleLowerCase()),
        ),
      ),
    tryMapping: (_connection, rows, record) =>
      yes("tryMapping", () => {
        const one = records.find((known) => known.id === record.id) ?? null;
        const used = rows.filter((row) => row.lead !== null);
        return {
          contact: one,
          lead: one,
          toTuco: {
            does: "updates" as const,
            answer: "200, the lead is there already and is updated",
            rows: used
              .filter((row) => ["both", "toTuco"].includes(row.direction))
              .map((row) => tried(row, "lead")),
          },
          toHubSpot: {
            does: "refused" as const,
            answer:
              "400, “Harbor Dental” is longer than the 12 letters that the portal's rule for Company name allows",
            rows: used
              .filter((row) => ["both", "toHubSpot"].includes(row.direction))
              .map((row) => tried(row, "contact")),
          },
        };
      }),
    writeOne: (_connection, _rows, record, side) =>
      yes(
        `writeOne ${record.id} ${side}`,
        () => "The lead of Ana Ruiz was written.",
      ),
  };
}
