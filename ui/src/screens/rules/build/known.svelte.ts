// What a rule can be built of: the portal's fields, templates, lines and lists, as far as the program
// knows them. What is not known can still be typed.
import { asked } from "../../../frame/asked";
import type { Line, Problem } from "../../../host";
import type { Pick, PickPart } from "../../mapping/pick";
import type { Fields, FieldType, Option, Property } from "../../mapping/host";
import { mappingOf } from "../../mapping/host";
import { kindLabel, objectIcon } from "../../mapping/sources";
import { typeWords } from "../../mapping/words";
import { manyOf, templatesOf, type ContactList } from "../../messages/host";
import type { RuleField, RuleObject, RulesHost } from "../host";

const objects: string[] = ["contact", "company", "deal", "ticket"];

const objectNames: Record<RuleObject, string> = {
  contact: "contact",
  company: "company",
  deal: "deal",
  ticket: "ticket",
  lead: "lead",
};

export class Known {
  fields = $state.raw<Fields>();
  templates = $state.raw<string[]>([]);
  lines = $state.raw<Line[]>([]);
  lists = $state.raw<ContactList[]>([]);
  problem = $state.raw<Problem>();
  readonly #host: RulesHost;
  readonly #connection: number;

  constructor(host: RulesHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
    void this.read();
  }

  async read(): Promise<void> {
    this.problem = undefined;
    const mapping = mappingOf(this.#host);
    const templates = templatesOf(this.#host);
    const many = manyOf(this.#host);
    await Promise.all([
      this.#part(mapping?.fields(this.#connection), (data) => {
        this.fields = data;
      }),
      this.#part(templates?.templates(), (data) => {
        this.templates = data.map((one) =>
          one.folder ? `${one.folder}/${one.name}` : one.name,
        );
      }),
      this.#part(this.#host.lines(this.#connection), (data) => {
        this.lines = data;
      }),
      this.#part(many?.contactLists(this.#connection, ""), (data) => {
        this.lists = data;
      }),
    ]);
  }

  property(field: RuleField): Property | undefined {
    if (field.object === "lead")
      return this.#leads().find((one) => one.name === field.name);
    return this.fields?.properties.find(
      (one) => one.object === field.object && one.name === field.name,
    );
  }

  /** "Lifecycle stage", and "Annual revenue of the company". */
  label(field: RuleField): string {
    if (!field.name) return "choose a field";
    const label = this.property(field)?.label ?? field.name;
    return field.object === "contact"
      ? label
      : `${label} of the ${objectNames[field.object]}`;
  }

  type(field: RuleField): FieldType {
    return this.property(field)?.type ?? "text";
  }

  options(field: RuleField): Option[] {
    return (this.property(field)?.options ?? []).filter((one) => !one.hidden);
  }

  /** An option by its own word, else the value itself. */
  option(field: RuleField, value: string): string {
    return (
      this.property(field)?.options.find((one) => one.value === value)?.label ??
      value
    );
  }

  /** A lead's fields where they are asked for: they can be looked at and watched, and not set. */
  picks(
    only: (property: Property) => boolean,
    leads = false,
  ): Pick<RuleField>[] {
    const all = [
      ...(this.fields?.properties ?? []).filter((one) =>
        objects.includes(one.object),
      ),
      ...(leads ? this.#leads() : []),
    ];
    return all
      .filter((one) => only(one))
      .map((one) => ({
        id: `${one.object}.${one.name}`,
        value: { object: one.object as RuleObject, name: one.name },
        label: one.label,
        name: one.name,
        group: one.group,
        part: one.object,
        icon: typeWords[one.type].icon,
        type: typeWords[one.type].word,
        about: one.description,
        marks: one.readOnly && !one.calculated ? ["Read only"] : [],
        options: one.options.map((option) => option.label),
      }));
  }

  parts(leads = false): PickPart[] {
    const { fields } = this;
    if (!fields) return [];
    const parts: PickPart[] = fields.kinds
      .filter((one) => objects.includes(one.object))
      .map((one) => ({
        id: one.object,
        label: kindLabel(fields, one.object),
        icon: objectIcon(one.object),
        why: one.why,
      }));
    return leads
      ? [...parts, { id: "lead", label: "Lead", icon: "send", why: "" }]
      : parts;
  }

  #leads(): Property[] {
    return (this.fields?.lead ?? []).map((one) => ({
      object: "lead",
      name: one.name,
      label: one.label,
      description: one.about,
      group: "",
      type: one.type,
      options: [],
      readOnly: false,
      calculated: false,
      unique: false,
      required: false,
      hidden: false,
    }));
  }

  async #part<T>(
    answer: Parameters<typeof asked<T>>[0] | undefined,
    take: (data: T) => void,
  ): Promise<void> {
    if (!answer) return;
    const got = await asked(answer);
    if (got.status === "ok") take(got.data);
    else this.problem ??= got.error;
  }
}

/** `company.annualrevenue`, as somebody typed it; of the contact where nothing else is said. */
export function typedField(typed: string): RuleField | undefined {
  const [, object = "contact", name] =
    typed.trim().match(/^(?:(contact|company|deal|ticket|lead)\.)?(\w+)$/) ??
    [];
  return name ? { object: object as RuleObject, name } : undefined;
}
