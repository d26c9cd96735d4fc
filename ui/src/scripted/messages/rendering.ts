// How the scripted host fills fields in, counts segments and refuses: enough of the real thing for the
// screens to be seen and tried, and no more.
import type {
  Draft,
  MergeField,
  Recipient,
  Preview,
  Refusal,
  Segments,
} from "../../screens/messages/host";

type Values = Record<string, string | null>;

export function valuesOf(person: Recipient): Values {
  const [first = "", ...last] = person.name.split(" ");
  return {
    "contact.firstname": first || null,
    "contact.lastname": last.join(" ") || null,
    "contact.email": person.email,
    "contact.phone": person.phone,
    "contact.next_visit": person.contactId === "70000" ? "2026-11-26" : null,
    "company.name": person.company,
    "deal.amount": person.contactId === "70000" ? "1,200.00 USD" : null,
    "owner.firstname": "Dana",
    "sender.firstname": "Ana",
  };
}

const labels: [string, string, MergeField["type"]][] = [
  ["contact.firstname", "First name", "text"],
  ["contact.lastname", "Last name", "text"],
  ["contact.email", "E-mail", "text"],
  ["contact.phone", "Phone", "text"],
  ["contact.next_visit", "Next visit", "date"],
  ["company.name", "Company name", "text"],
  ["deal.amount", "Amount of the newest deal", "number"],
  ["owner.firstname", "Owner's first name", "text"],
  ["sender.firstname", "My first name", "text"],
];

export function fieldsFor(person: Recipient | undefined): MergeField[] {
  const values = person ? valuesOf(person) : {};
  return labels.map(([path, label, type]) => {
    const value = person ? (values[path] ?? null) : label;
    return {
      path,
      label,
      of: path.split(".")[0] as MergeField["of"],
      type,
      value,
      written:
        type === "date"
          ? [
              { token: `{{${path}}}`, example: "26 November" },
              { token: `{{${path}:weekday}}`, example: "Thursday" },
            ]
          : [{ token: `{{${path}}}`, example: value ?? "" }],
    };
  });
}

interface Rendered {
  text: string;
  fromFields: Preview["fromFields"];
  unresolved: Preview["unresolved"];
}

export function render(
  text: string,
  person: Recipient,
  filled: Draft["filled"],
): Rendered {
  const values = valuesOf(person);
  const made: Rendered = { text: "", fromFields: [], unresolved: [] };
  let end = 0;
  for (const found of text.matchAll(
    /\{\{([^{}|:]*)(:\w+)?(?:\|([^{}]*))?\}\}/g,
  )) {
    made.text += text.slice(end, found.index);
    end = found.index + found[0].length;
    const path = (found[1] ?? "").trim();
    const asked = path.startsWith("ask.")
      ? filled.find((one) => `ask.${one.name}` === path)?.value
      : values[path];
    const shown =
      asked && path === "contact.next_visit"
        ? found[2] === ":weekday"
          ? "Thursday"
          : "26 November"
        : asked;
    const value = shown || found[3];
    if (value) {
      made.fromFields.push({
        from: made.text.length,
        to: made.text.length + value.length,
        field: path,
      });
      made.text += value;
    } else {
      const known = path in values;
      const label = labels.find(([one]) => one === path)?.[1] ?? path;
      made.unresolved.push({
        place: { from: found.index, to: end },
        field: path,
        why: known
          ? `${person.name || "This contact"} has nothing in “${label}”.`
          : path.startsWith("ask.")
            ? `Fill in “${path.slice(4)}”.`
            : `There is no field “${path}”.`,
        instead: known ? `{{${path}|there}}` : "",
      });
      made.text += found[0];
    }
  }
  made.text += text.slice(end);
  return made;
}

const gsm = /^[\n\r !-_a-zÄÖÑÜ§¿äöñüàèéùìòÇØøÅåßÆæÉ£¥¤¡]*$/;

export function segmentsOf(text: string): Segments {
  const plain = gsm.test(text);
  const used = plain ? text.length : [...text].length;
  const [one, more] = plain ? [160, 153] : [70, 67];
  const count = used <= one ? 1 : Math.ceil(used / more);
  const odd = plain
    ? ""
    : ([...text].find((letter) => !gsm.test(letter)) ?? "");
  return {
    count,
    encoding: plain ? "gsm7" : "ucs2",
    used,
    left: (count === 1 ? one : count * more) - used,
    because: odd ? `“${odd}” halves the room` : "",
    hint: count > 1 ? `It is billed as ${String(count)} messages.` : "",
  };
}

/** What the scripted guard says about each of the people. */
export function refusalsFor(
  person: Recipient,
  draft: Draft,
  now: number,
): Refusal[] {
  const name = person.name || person.phone || "This contact";
  const found: Refusal[] = [];
  if (person.optOut) {
    found.push({
      reason: "optedOut",
      sentence: `${person.optOut.how} Nothing is sent to them.`,
      mayOverride: false,
      until: null,
    });
  }
  if (person.review !== null) {
    found.push({
      reason: "optOutReview",
      sentence: `${name} wrote something that may ask for an end. Decide first.`,
      mayOverride: false,
      until: null,
    });
  }
  if (person.consent === "missing") {
    found.push({
      reason: "noConsent",
      sentence: `The settings ask for consent, and HubSpot holds none for ${name}.`,
      mayOverride: false,
      until: null,
    });
  }
  if (person.contactId === "70008" && draft.at === null) {
    found.push({
      reason: "quietHours",
      sentence: `It is 23:02 for ${name}, a guess from the number. Quiet hours are 20:00 to 08:00.`,
      mayOverride: true,
      until: now + 9 * 3_600_000 - 120_000,
    });
  }
  if (draft.line.line === "chosen" && draft.line.id === "line_2") {
    found.push({
      reason: "lineAtCap",
      sentence:
        "This line has sent its 150 messages of today. It sends again at midnight UTC.",
      mayOverride: false,
      until: now + 10 * 3_600_000,
    });
  }
  if (/crown is back/i.test(draft.text)) {
    found.push({
      reason: "duplicate",
      sentence: `${name} got the same text yesterday at 10:14.`,
      mayOverride: true,
      until: null,
    });
  }
  if (!draft.text.trim() && draft.attachments.length === 0) {
    found.push({
      reason: "emptyText",
      sentence: "There is nothing to send yet. Write a text or attach a file.",
      mayOverride: false,
      until: null,
    });
  }
  return found;
}
