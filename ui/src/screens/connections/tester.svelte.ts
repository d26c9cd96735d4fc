// A test of a connection: its checks as they come, earlier tests, and what became different between
// two of them.
import { asked } from "../../frame/asked";
import type { Check, KeptRun, Problem, Verdict } from "../../host";
import type { TesterHost } from "./host";

export type RunState =
  | { state: "none" }
  | { state: "running" }
  | { state: "done"; verdict: Verdict }
  | { state: "failed"; problem: Problem };

/** How a check stands beside the same one of another test. */
export type Change = "better" | "worse" | "new" | "same";

/** What checks are grouped by, from the beginning of their word. */
export const sides: { title: string; prefixes: string[] }[] = [
  { title: "This computer", prefixes: ["home", "keychain", "computer"] },
  { title: "HubSpot", prefixes: ["hubspot"] },
  { title: "Tuco", prefixes: ["tuco"] },
];

export function sideOf(check: Check): string {
  const [first = ""] = check.check.split(".");
  const side = sides.find((one) => one.prefixes.includes(first));
  return side?.title ?? "The rest";
}

const weight: Record<string, number> = { ok: 0, warning: 1, failed: 2 };

/** Checks have a word and a title; of one word there may be several, each of another line or scope. */
const nameOf = (check: Check): string => `${check.check} ${check.title}`;

/** What became of each check since an earlier test. Not asked says nothing. */
export function changes(now: Check[], before: Check[]): Record<string, Change> {
  return Object.fromEntries(
    now.map((check): [string, Change] => {
      const was = before.find((one) => nameOf(one) === nameOf(check));
      if (!was) return [nameOf(check), "new"];
      const one = weight[check.mark];
      const other = weight[was.mark];
      if (one === undefined || other === undefined || one === other) {
        return [nameOf(check), "same"];
      }
      return [nameOf(check), one < other ? "better" : "worse"];
    }),
  );
}

/** The same word for a check as `changes` uses. */
export function changeOf(
  all: Record<string, Change>,
  check: Check,
): Change | undefined {
  return all[nameOf(check)];
}

export class Tester {
  checks = $state.raw<Check[]>([]);
  run = $state.raw<RunState>({ state: "none" });
  kept = $state.raw<KeptRun[]>([]);
  /** The earlier test that is shown; none for the one of now. */
  shownRun = $state<number>();
  /** The older one that it is compared with; none for the one before it. */
  against = $state<number>();
  readonly #host: TesterHost;
  readonly #connection: number;
  #turn = 0;

  constructor(host: TesterHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  async readKept(): Promise<void> {
    const answer = await asked(this.#host.keptRuns(this.#connection));
    if (answer.status === "ok") this.kept = answer.data;
  }

  /** Asks everything that can be asked without writing. */
  test(): Promise<void> {
    return this.#run((told) =>
      this.#host.checkConnection(this.#connection, told),
    );
  }

  /** The same, and writes an entry to a contact that somebody chose. */
  testWriting(contact: string): Promise<void> {
    return this.#run((told) =>
      this.#host.testWriting(this.#connection, contact, told),
    );
  }

  async #run(
    ask: (
      told: (check: Check) => void,
    ) => ReturnType<TesterHost["checkConnection"]>,
  ): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    this.shownRun = undefined;
    this.checks = [];
    this.run = { state: "running" };
    const answer = await asked(
      ask((check) => {
        if (mine === this.#turn) this.checks = [...this.checks, check];
      }),
    );
    if (mine !== this.#turn) return;
    this.run =
      answer.status === "ok"
        ? { state: "done", verdict: answer.data }
        : { state: "failed", problem: answer.error };
    await this.readKept();
  }
}
