// Contacts or leads by what somebody types. The question waits until the typing pauses, and only the
// answer to the last one counts.
import { asked } from "../../frame/asked";
import type { Problem } from "../../host";
import type { PeopleHost, PersonSide } from "./host";

export type Finding =
  | { state: "idle" }
  | { state: "asking" }
  | { state: "found"; records: PersonSide[] }
  | { state: "error"; problem: Problem };

const pause = 250;

export class SideFinder {
  words = $state("");
  finding = $state.raw<Finding>({ state: "idle" });
  readonly #ask: (words: string) => ReturnType<PeopleHost["searchSide"]>;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(ask: (words: string) => ReturnType<PeopleHost["searchSide"]>) {
    this.#ask = ask;
  }

  type(words: string): void {
    this.words = words;
    clearTimeout(this.#waiting);
    this.#asking += 1;
    if (words.trim().length < 2) {
      this.finding = { state: "idle" };
      return;
    }
    if (this.finding.state !== "found") this.finding = { state: "asking" };
    this.#waiting = setTimeout(() => void this.ask(), pause);
  }

  async ask(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#asking += 1;
    const mine = this.#asking;
    const answer = await asked(this.#ask(this.words.trim()));
    if (mine !== this.#asking) return;
    this.finding =
      answer.status === "ok"
        ? { state: "found", records: answer.data }
        : { state: "error", problem: answer.error };
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#asking += 1;
    this.words = "";
    this.finding = { state: "idle" };
  }
}
