// Writing to one person: what is written, what will arrive, whether it may go, and what became of it.
import type { Answer } from "../../../frame/asked";
import type { GuardReason, SendState, Way } from "./person";

export type LineChoice =
  /** The owner's line, else the line of the last message, else the one with most room. */
  { line: "auto" } | { line: "owner" } | { line: "chosen"; id: string };

/** What happens where a message does not arrive: one of these, never two. */
export type Fallback = "nothing" | "tuco" | "sms" | "task";

/** A refusal that somebody answers for. It is logged with who and why. */
export interface Override {
  reason: GuardReason;
  why: string;
}

/** What a template asks for when it is used: `{{ask.time}}`. */
export interface Filled {
  name: string;
  value: string;
}

/** A message as it is written. */
export interface Draft {
  /** Made once by the page for this message: the same intent never goes out twice. */
  intent: string;
  contactId: string;
  way: Way | "auto";
  line: LineChoice;
  text: string;
  /** Public addresses, at most two. */
  attachments: string[];
  /** Not before this moment. */
  at: number | null;
  /** What happens where it does not arrive. */
  fallback: Fallback;
  template: number | null;
  filled: Filled[];
  overrides: Override[];
}

/** A part of a text, in UTF-16 units as the page counts. */
export interface Place {
  from: number;
  to: number;
}

/** A field without a value and without a fallback, or one that does not exist. It blocks the send. */
export interface Unresolved {
  /** In the draft's text. */
  place: Place;
  field: string;
  /** “Ana Ruiz has no company.” / “There is no field contact.frstname.” */
  why: string;
  /** What to write instead: `{{contact.firstname|there}}`; empty where nobody knows. */
  instead: string;
}

export interface Segments {
  count: number;
  encoding: "gsm7" | "ucs2";
  /** Units used and what the last segment still takes. */
  used: number;
  left: number;
  /** What made it UCS-2, and halved the room; empty for GSM-7. */
  because: string;
  /** A hint at the cost, in a sentence; empty for one segment. */
  hint: string;
}

/** Why the guard says no. */
export interface Refusal {
  reason: GuardReason;
  /** What happened, to whom, and what can be done. */
  sentence: string;
  /** A person may send all the same and say why. */
  mayOverride: boolean;
  /** When it would be allowed by itself. */
  until: number | null;
}

export interface Warning {
  /** `firstTouchLink`, `firstTouchMedia`, `thirdWithoutReply`, `sameTextToMany`, `zoneGuessed`, … */
  code: string;
  sentence: string;
}

export interface CheckedAttachment {
  url: string;
  /** Name of the file. */
  name: string;
  ok: boolean;
  /** Why not. Its size is found out by Tuco only. */
  why: string;
}

/** What would arrive if Send were pressed now. */
export interface Preview {
  /** Of exactly this preview. Send takes it, and refuses if something else would arrive. */
  seen: string;
  /** Exactly what arrives. */
  text: string;
  /** Which parts of it came out of a field. */
  fromFields: (Place & { field: string })[];
  unresolved: Unresolved[];
  /** None where nothing would go as an SMS. */
  segments: Segments | null;
  /** The way it takes; none where the person can't be reached by the one chosen. */
  way: Way | null;
  /** In a few words: “iMessage reached her before”. */
  wayWhy: string;
  /** Number or address that it goes to. */
  to: string;
  /** Tuco's id of the line; empty where none can send. */
  line: string;
  lineWhy: string;
  /** None: at once. Otherwise when, and why then. */
  at: number | null;
  atWhy: string;
  attachments: CheckedAttachment[];
  /** All that apply and are not overridden, the one that counts first. Empty: it may go. */
  refusals: Refusal[];
  /** Refusals that somebody answered for. */
  overridden: Refusal[];
  warnings: Warning[];
}

export type Sent =
  /** Kept here; it leaves after `undoUntil`. */
  | { answer: "accepted"; send: number; undoUntil: number }
  /** Something else would arrive than what was seen, or it may not go: nothing was sent. */
  | { answer: "changed"; preview: Preview };

/** A field that can stand in a text. */
export interface MergeField {
  /** As in `contact.firstname`. */
  path: string;
  label: string;
  of: "contact" | "company" | "deal" | "owner" | "sender";
  type: "text" | "number" | "date" | "dateTime" | "choice" | "yesNo";
  /** Its value for the contact at hand, as it would be written; none where it is empty. */
  value: string | null;
  /** Every way to write it, the plain one first, with what comes of it for the contact at hand. */
  written: { token: string; example: string }[];
}

/** A message of ours that is not finished, or was lately. */
export interface OwnSend {
  send: number;
  contactId: string;
  name: string;
  text: string;
  way: Way;
  createdAt: number;
  state: SendState;
}

/** A draft that waits for its writer. */
export interface KeptDraft {
  draft: Draft;
  name: string;
  keptAt: number;
}

export interface ComposeHost {
  /** Fields of the mapping and of company, deal, owner and sender, with this contact's values. */
  mergeFields(
    connection: number,
    contact: string | null,
  ): Promise<Answer<MergeField[]>>;
  /** Writes nothing and sends nothing. Asked for at each pause in typing: it must be quick. */
  previewMessage(connection: number, draft: Draft): Promise<Answer<Preview>>;
  /** The same intent again answers with the same send. */
  sendMessage(
    connection: number,
    draft: Draft,
    seen: string,
  ): Promise<Answer<Sent>>;
  /** Within ten seconds; later it answers `tooLate`. The draft comes back as it was. */
  undoSend(connection: number, send: number): Promise<Answer<Draft>>;
  /** What is scheduled or waits, here and at Tuco. Answers in a sentence what was stopped. */
  cancelSend(connection: number, send: number): Promise<Answer<string>>;
  /** Looks at Tuco now for a send without an answer. */
  lookUpSend(connection: number, send: number): Promise<Answer<SendState>>;
  /** Newest first, at most a hundred: what is under way and what ended today. */
  ownSends(connection: number): Promise<Answer<OwnSend[]>>;
  /** Newest first. */
  keptMessages(connection: number): Promise<Answer<KeptDraft[]>>;
  /** One for a contact: another one takes its place. */
  keepMessage(connection: number, draft: Draft): Promise<Answer<null>>;
  forgetMessage(connection: number, contact: string): Promise<Answer<null>>;
}
