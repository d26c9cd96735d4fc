// People by what somebody types: whom this computer knows is there at once, and HubSpot is asked behind
// that at a pause in typing. Nobody is listed twice, and what is on screen never changes its place.
import { asked } from "../../../frame/asked";
import type { FoundContact, Problem } from "../../../host";
import type { WritingHost } from "../host";
import { notAmong } from "../kept";

const pause = 250;
const shortest = 2;

export class PersonFinder {
  words = $state("");
  found = $state.raw<FoundContact[]>([]);
  /** HubSpot has not answered yet. */
  asking = $state(false);
  /** Something was asked for, and all that answered have. */
  answered = $state(false);
  problem = $state.raw<Problem>();
  readonly #host: Pick<WritingHost, "knownContacts" | "contactSearch">;
  readonly #connection: number;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(
    host: Pick<WritingHost, "knownContacts" | "contactSearch">,
    connection: number,
  ) {
    this.#host = host;
    this.#connection = connection;
  }

  type(words: string): void {
    this.words = words;
    clearTimeout(this.#waiting);
    this.#turn += 1;
    this.problem = undefined;
    if (words.trim().length < shortest) {
      this.found = [];
      this.asking = false;
      this.answered = false;
      return;
    }
    this.asking = true;
    this.answered = false;
    void this.#askHere(this.#turn);
    this.#waiting = setTimeout(() => void this.ask(), pause);
  }

  /** Asks HubSpot at once. */
  async ask(): Promise<void> {
    clearTimeout(this.#waiting);
    const mine = this.#turn;
    this.asking = true;
    this.problem = undefined;
    const answer = await asked(
      this.#host.contactSearch(this.#connection, this.words.trim()),
    );
    if (mine !== this.#turn) return;
    this.asking = false;
    this.answered = true;
    if (answer.status === "ok") this.#add(answer.data);
    else this.problem = answer.error;
  }

  async #askHere(mine: number): Promise<void> {
    const answer = await asked(
      this.#host.knownContacts(this.#connection, this.words.trim()),
    );
    if (mine !== this.#turn || answer.status === "error") return;
    if (!this.answered) this.found = answer.data;
  }

  #add(more: FoundContact[]): void {
    const before = this.found.map(
      (one) => more.find((other) => other.id === one.id) ?? one,
    );
    this.found = [...before, ...notAmong(more, before, (one) => one.id)];
  }

  clear(): void {
    this.type("");
  }
}
