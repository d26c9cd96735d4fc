// Contacts of HubSpot by what somebody types. HubSpot allows few searches a second, so the question
// waits until the typing pauses, and only the answer to the last one counts.
import type { FoundContact, Problem } from "../../host";
import { asked } from "../../frame/asked";
import type { ActivityHost } from "./host";

export type Finding =
  | { state: "idle" }
  | { state: "asking" }
  | { state: "found"; contacts: FoundContact[] }
  | { state: "error"; problem: Problem };

/** How long a pause in typing is. */
const pause = 250;
/** Shorter words find everybody. */
const shortest = 2;

export class ContactFinder {
  words = $state("");
  finding = $state.raw<Finding>({ state: "idle" });
  readonly #host: Pick<ActivityHost, "contactSearch">;
  readonly #connection: number;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #asking = 0;

  constructor(host: Pick<ActivityHost, "contactSearch">, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  type(words: string): void {
    this.words = words;
    clearTimeout(this.#waiting);
    this.#asking += 1;
    if (words.trim().length < shortest) {
      this.finding = { state: "idle" };
      return;
    }
    // What was found before stays in sight meanwhile.
    if (this.finding.state !== "found") this.finding = { state: "asking" };
    this.#waiting = setTimeout(() => void this.ask(), pause);
  }

  /** Asks at once. */
  async ask(): Promise<void> {
    clearTimeout(this.#waiting);
    this.#asking += 1;
    const mine = this.#asking;
    const answer = await asked(
      this.#host.contactSearch(this.#connection, this.words.trim()),
    );
    if (mine !== this.#asking) return;
    this.finding =
      answer.status === "ok"
        ? { state: "found", contacts: answer.data }
        : { state: "error", problem: answer.error };
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#asking += 1;
    this.words = "";
    this.finding = { state: "idle" };
  }
}
