// What rules said and did, newest first: read page by page as one scrolls.
import { asked, troubleOf } from "../../frame/asked";
import { Refused } from "../people/people-rows";
import type { ViewState } from "../../parts/View.svelte";
import type { RuleRun, RuleRuns, RulesHost } from "./host";

const page = 100;

export class Runs {
  view = $state.raw<ViewState<null>>({ state: "loading" });
  rows = $state.raw<RuleRun[]>([]);
  version = $state(0);
  next = $state.raw<number | null>(null);
  /** Rows that are known, and one more where there are older ones. */
  readonly count = $derived(this.rows.length + (this.next === null ? 0 : 1));
  readonly #host: RulesHost;
  readonly #connection: number;
  readonly #rule: number | null;
  #turn = 0;
  #coming: Promise<void> | undefined;

  constructor(host: RulesHost, connection: number, rule: number | null) {
    this.#host = host;
    this.#connection = connection;
    this.#rule = rule;
    void this.refresh();
  }

  /** The newest ones again. What was shown stays until they are there. */
  async refresh(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    this.#coming = undefined;
    const answer = await asked(
      this.#host.ruleRuns(this.#connection, this.#rule, null, page),
    );
    if (mine !== this.#turn) return;
    if (answer.status === "ok") {
      this.#renew(answer.data);
      this.version += 1;
      this.view =
        this.rows.length === 0
          ? { state: "empty" }
          : { state: "ready", data: null };
    } else if (this.view.state !== "ready") {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The runs can't be read"),
      };
    }
  }

  /** Newer ones come on top, and what was read before stays, so that nothing jumps. */
  #renew(newest: RuleRuns): void {
    const ids = newest.runs.map((one) => one.id);
    const older = this.rows.filter((one) => !ids.includes(one.id));
    if (older.length < this.rows.length) {
      this.rows = [...newest.runs, ...older];
    } else {
      this.rows = newest.runs;
      this.next = newest.next;
    }
  }

  at = (index: number): RuleRun | Promise<RuleRun> => {
    const known = this.rows[index];
    if (known) return known;
    this.#coming ??= this.#more().finally(() => (this.#coming = undefined));
    return this.#coming.then(() => {
      const row = this.rows[index];
      if (!row) throw new RangeError("The list is shorter than it was.");
      return row;
    });
  };

  async #more(): Promise<void> {
    const mine = this.#turn;
    const answer = await asked(
      this.#host.ruleRuns(this.#connection, this.#rule, this.next, page),
    );
    if (mine !== this.#turn) return;
    if (answer.status === "error") throw new Refused(answer.error);
    const known = this.rows.slice(-page).map((one) => one.id);
    this.rows = [
      ...this.rows,
      ...answer.data.runs.filter((one) => !known.includes(one.id)),
    ];
    this.next = answer.data.next;
  }
}
