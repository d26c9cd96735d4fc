// Messages about what was just done, one at a time. A message stays while it is looked at.
import type { Tone } from "../parts/state";

export interface ToastMessage {
  id: number;
  tone: Tone;
  text: string;
  undo?: () => void;
  /** After this moment there is nothing to undo any more. */
  until?: number;
}

export class Toasts {
  #waiting = $state<ToastMessage[]>([]);
  #number = 0;
  #ending: ReturnType<typeof setTimeout> | undefined;
  #late: ReturnType<typeof setTimeout> | undefined;
  readonly shown = $derived(this.#waiting[0]);

  say(
    text: string,
    more: { tone?: Tone; undo?: () => void; until?: number } = {},
  ): void {
    this.#number += 1;
    this.#waiting.push({
      id: this.#number,
      tone: more.tone ?? "ok",
      text,
      ...(more.undo ? { undo: more.undo } : {}),
      ...(more.until === undefined ? {} : { until: more.until }),
    });
    if (this.#waiting.length === 1) this.#begin();
  }

  /** Its way back is taken off in time, also while it waited for its turn or somebody is on it. */
  #begin(): void {
    clearTimeout(this.#late);
    const until = this.shown?.until;
    if (until !== undefined) {
      this.#late = setTimeout(
        () => this.#tooLate(),
        Math.max(0, until - Date.now()),
      );
    }
    this.go();
  }

  #tooLate(): void {
    if (this.shown) delete this.shown.undo;
  }

  /** The pointer or the focus is on it: it stays. */
  hold(): void {
    clearTimeout(this.#ending);
  }

  /** Nobody is on it any more: it ends after a while. */
  go(): void {
    clearTimeout(this.#ending);
    if (this.shown) {
      this.#ending = setTimeout(
        () => this.close(),
        this.shown.undo ? 9000 : 6000,
      );
    }
  }

  close(): void {
    this.#waiting.shift();
    this.#begin();
  }
}
