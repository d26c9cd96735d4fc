// Two keys, tried before they are kept. The keys are forgotten here as soon as they are saved.
import { asked } from "../../frame/asked";
import type { Check, Host, Problem, SavedKeys, Verdict } from "../../host";

export type ConnectingHost = Pick<Host, "checkKeys" | "saveConnection">;

/** How far the test of the keys is. */
export type Test =
  | { state: "none" }
  | { state: "running" }
  | { state: "done"; verdict: Verdict }
  | { state: "failed"; problem: Problem };

export class Connecting {
  hubSpot = $state("");
  tuco = $state("");
  name = $state("");
  checks = $state.raw<Check[]>([]);
  test = $state.raw<Test>({ state: "none" });
  saving = $state(false);
  problem = $state.raw<Problem>();
  readonly filled = $derived(
    this.hubSpot.trim() !== "" && this.tuco.trim() !== "",
  );
  readonly #host: ConnectingHost;
  #turn = 0;

  constructor(host: ConnectingHost) {
    this.#host = host;
  }

  /** Other keys than those that were tested: the test says nothing about them. */
  changed(): void {
    this.#turn += 1;
    this.checks = [];
    this.test = { state: "none" };
    this.problem = undefined;
  }

  async run(): Promise<void> {
    this.changed();
    const turn = this.#turn;
    this.test = { state: "running" };
    const answer = await asked(
      this.#host.checkKeys(this.#keys(), (check) => {
        if (turn === this.#turn) this.checks = [...this.checks, check];
      }),
    );
    if (turn !== this.#turn) return;
    this.test =
      answer.status === "ok"
        ? { state: "done", verdict: answer.data }
        : { state: "failed", problem: answer.error };
  }

  async save(): Promise<SavedKeys | undefined> {
    this.saving = true;
    this.problem = undefined;
    const name = this.name.trim();
    const answer = await asked(
      this.#host.saveConnection(this.#keys(), name === "" ? null : name),
    );
    this.saving = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return undefined;
    }
    this.hubSpot = "";
    this.tuco = "";
    this.name = "";
    this.changed();
    return answer.data;
  }

  #keys(): { hubSpot: string; tuco: string } {
    return { hubSpot: this.hubSpot.trim(), tuco: this.tuco.trim() };
  }
}
