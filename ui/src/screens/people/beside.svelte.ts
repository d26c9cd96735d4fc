// What the person who is open has beside them in HubSpot: at once as it is kept, then read anew.
import { asked } from "../../frame/asked";
import type { Problem } from "../../host";
import type { PeopleHost, PersonBeside } from "./host";

export type BesideState =
  /** Nothing is switched on, or the person has no contact. */
  | { state: "off" }
  | { state: "loading" }
  | {
      state: "ready";
      beside: PersonBeside;
      reading: boolean;
      /** Why it could not be read now; what is shown was read before. */
      problem?: Problem;
    }
  | { state: "error"; problem: Problem };

export class Beside {
  now = $state.raw<BesideState>({ state: "off" });
  readonly #host: PeopleHost;
  readonly #connection: number;
  #person: number | undefined;
  #switches: string | undefined;

  constructor(host: PeopleHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  /**
   * Shows what is kept of somebody, and reads what is not of the last minutes. `switches` are those that are
   * on, once they are known: where they change, it is all shown anew.
   */
  async open(person: number, switches: string | undefined): Promise<void> {
    const same = [undefined, switches].includes(this.#switches) || !switches;
    this.#switches = switches ?? this.#switches;
    if (this.#person === person && same) return;
    this.#person = person;
    this.now = { state: "off" };
    const kept = await asked(this.#host.personBeside(this.#connection, person));
    if (this.#person !== person) return;
    if (kept.status === "error") {
      this.now = { state: "error", problem: kept.error };
      return;
    }
    if (!kept.data.on) return;
    await this.#read(person, kept.data, false);
  }

  /** Reads everything now, whatever was read. */
  async again(): Promise<void> {
    if (this.#person === undefined) return;
    const before = this.now.state === "ready" ? this.now.beside : undefined;
    await this.#read(this.#person, before, true);
  }

  async #read(
    person: number,
    kept: PersonBeside | undefined,
    now: boolean,
  ): Promise<void> {
    const known = kept && kept.sections.length > 0 ? kept : undefined;
    this.now = known
      ? { state: "ready", beside: known, reading: true }
      : { state: "loading" };
    const answer = await asked(
      this.#host.readPersonBeside(this.#connection, person, now),
    );
    if (this.#person !== person) return;
    if (answer.status === "ok") {
      this.now = answer.data.on
        ? { state: "ready", beside: answer.data, reading: false }
        : { state: "off" };
    } else if (known) {
      const problem = answer.error;
      this.now = { state: "ready", beside: known, reading: false, problem };
    } else {
      this.now = { state: "error", problem: answer.error };
    }
  }
}
