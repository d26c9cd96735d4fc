// One message to one person, from the first letter to Send: what is written is kept, what would arrive is
// asked for at each pause, and only what was seen is sent. The page decides nothing: the guard does.
import { asked } from "../../../frame/asked";
import type { Problem } from "../../../host";
import type {
  Draft,
  GuardReason,
  Preview,
  Template,
  Unresolved,
  WritingHost,
} from "../host";
import { blank, fallbackOf, filledFor, isBlank } from "./draft";

/** Pauses in typing after which the preview is asked for, and the draft is kept. */
const beforePreview = 120;
const beforeKeeping = 500;

/** What came of pressing Send. */
export type Pressed =
  | { what: "sent"; send: number; until: number }
  /** The preview says why not. */
  | { what: "stopped" }
  /** Something else would arrive than was seen; it stands in the preview now. */
  | { what: "changed" }
  | { what: "problem"; problem: Problem };

export class Writer {
  draft = $state.raw<Draft>(blank(""));
  preview = $state.raw<Preview>();
  /** The text that the preview was made of; what is typed since is not in it. */
  previewed = $state("");
  problem = $state.raw<Problem>();
  /** The preview is older than what is written. */
  stale = $state(false);
  sending = $state(false);
  /** Send was pressed and did not go: what stops it is shown with weight. */
  pressed = $state(false);
  changed = $state(false);
  /** The kept draft was looked for. */
  opened = $state(false);
  readonly #host: WritingHost;
  readonly #connection: number;
  readonly #contact: string;
  #asking: Promise<void> | undefined;
  #previewSoon: ReturnType<typeof setTimeout> | undefined;
  #keepSoon: ReturnType<typeof setTimeout> | undefined;
  #kept = false;
  #unkept = false;

  constructor(host: WritingHost, connection: number, contact: string) {
    this.#host = host;
    this.#connection = connection;
    this.#contact = contact;
    this.draft = blank(contact);
    void this.#open();
  }

  /** Texts of fields that have no value, as they stand in what is written. */
  readonly unresolved = $derived<string[]>(
    (this.preview?.unresolved ?? []).map(({ place }) =>
      this.previewed.slice(place.from, place.to),
    ),
  );

  /** What was kept of an earlier time, else nothing yet. */
  async #open(): Promise<void> {
    const [answer, settings] = await Promise.all([
      asked(this.#host.keptMessages(this.#connection)),
      asked(this.#host.settings(this.#connection)),
    ]);
    const kept =
      answer.status === "ok"
        ? answer.data.find((one) => one.draft.contactId === this.#contact)
        : undefined;
    // What somebody typed meanwhile counts more.
    if (kept && isBlank(this.draft)) {
      this.draft = kept.draft;
      this.#kept = true;
    } else if (settings.status === "ok") {
      // The fallback begins as the settings have it, and can be chosen for each message.
      this.draft = { ...this.draft, fallback: fallbackOf(settings.data) };
    }
    this.opened = true;
    this.look();
  }

  change(more: Partial<Draft>): void {
    this.draft = { ...this.draft, ...more };
    this.#unkept = true;
    this.pressed = false;
    this.changed = false;
    clearTimeout(this.#keepSoon);
    this.#keepSoon = setTimeout(() => void this.keep(), beforeKeeping);
    this.look();
  }

  /** Asks for the preview after a pause. */
  look(): void {
    this.stale = true;
    clearTimeout(this.#previewSoon);
    this.#previewSoon = setTimeout(() => void this.#ask(), beforePreview);
  }

  use(template: Template, text: string): void {
    this.change({
      text,
      template: template.id,
      filled: filledFor(template, this.draft.filled),
    });
  }

  fill(name: string, value: string): void {
    this.change({
      filled: this.draft.filled.map((one) =>
        one.name === name ? { name, value } : one,
      ),
    });
  }

  /** Puts what is proposed in the place of a field without a value. */
  mend(field: Unresolved): void {
    const wrong = this.previewed.slice(field.place.from, field.place.to);
    const at = this.draft.text.indexOf(wrong);
    if (at < 0 || !field.instead) return;
    const { text } = this.draft;
    this.change({
      text: text.slice(0, at) + field.instead + text.slice(at + wrong.length),
    });
  }

  override(reason: GuardReason, why: string): void {
    this.change({
      overrides: [
        ...this.draft.overrides.filter((one) => one.reason !== reason),
        { reason, why },
      ],
    });
  }

  takeBack(reason: GuardReason): void {
    this.change({
      overrides: this.draft.overrides.filter((one) => one.reason !== reason),
    });
  }

  async keep(): Promise<void> {
    clearTimeout(this.#keepSoon);
    if (!this.#unkept) return;
    this.#unkept = false;
    if (!isBlank(this.draft)) {
      this.#kept = true;
      await asked(this.#host.keepMessage(this.#connection, this.draft));
    } else await this.#forget();
  }

  /** It was left: what is written is kept at once. */
  close(): Promise<void> {
    clearTimeout(this.#previewSoon);
    return this.keep();
  }

  async throwAway(): Promise<Draft> {
    const before = this.draft;
    this.#startAnew();
    await this.#forget();
    return before;
  }

  /** Takes a draft back, where nothing new was written meanwhile. */
  bring(draft: Draft): boolean {
    if (!isBlank(this.draft)) return false;
    this.change(draft);
    return true;
  }

  async send(): Promise<Pressed> {
    if (this.sending || isBlank(this.draft)) return { what: "stopped" };
    this.sending = true;
    try {
      // What was typed last is not in the preview yet.
      if (this.stale) await this.#ask();
      const { preview, draft } = this;
      if (this.problem) return { what: "problem", problem: this.problem };
      if (!preview || stops(preview)) {
        this.pressed = true;
        return { what: "stopped" };
      }
      const answer = await asked(
        this.#host.sendMessage(this.#connection, draft, preview.seen),
      );
      if (answer.status === "error") {
        return { what: "problem", problem: answer.error };
      }
      if (answer.data.answer === "changed") {
        this.#take(answer.data.preview, draft.text);
        this.changed = true;
        this.pressed = true;
        return { what: "changed" };
      }
      this.#startAnew();
      await this.#forget();
      return {
        what: "sent",
        send: answer.data.send,
        until: answer.data.undoUntil,
      };
    } finally {
      this.sending = false;
    }
  }

  #startAnew(): void {
    clearTimeout(this.#keepSoon);
    this.#unkept = false;
    this.pressed = false;
    this.changed = false;
    this.draft = {
      ...blank(this.#contact),
      way: this.draft.way,
      line: this.draft.line,
      fallback: this.draft.fallback,
    };
    this.look();
  }

  async #forget(): Promise<void> {
    if (!this.#kept) return;
    this.#kept = false;
    await asked(this.#host.forgetMessage(this.#connection, this.#contact));
  }

  #ask(): Promise<void> {
    clearTimeout(this.#previewSoon);
    // One question at a time: the next one asks for whatever is written by then.
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking.then(() => (this.stale ? this.#ask() : undefined));
  }

  async #askOnce(): Promise<void> {
    this.stale = false;
    const { draft } = this;
    const answer = await asked(
      this.#host.previewMessage(this.#connection, draft),
    );
    if (answer.status === "ok") {
      this.problem = undefined;
      this.preview = answer.data;
      this.previewed = draft.text;
      // Typed meanwhile: it is asked again.
      if (draft !== this.draft) this.stale = true;
    } else this.problem = answer.error;
  }

  #take(preview: Preview, of: string): void {
    this.preview = preview;
    this.previewed = of;
  }
}

/** Whether something in it keeps Send from working. */
export function stops(preview: Preview): boolean {
  return (
    preview.refusals.length > 0 ||
    preview.unresolved.length > 0 ||
    preview.attachments.some((one) => !one.ok)
  );
}
