// A portal and a workspace on their way to become a connection: by which way HubSpot is signed in to,
// two keys or a sign-in, tried before they are kept. Whatever is secret is forgotten here as soon as it
// is handed over.
import { asked } from "../../frame/asked";
import type {
  Check,
  Connection,
  Host,
  Problem,
  SavedKeys,
  Verdict,
} from "../../host";
import type { SignInHost } from "./host";
import { SigningIn } from "./signing-in.svelte";

export type ConnectingHost = Pick<Host, "checkKeys" | "saveConnection"> &
  SignInHost;

/** How HubSpot is signed in to. */
export type Way = "key" | "app";

/** How far the test of the keys is. */
export type Test =
  | { state: "none" }
  | { state: "running" }
  | { state: "done"; verdict: Verdict }
  | { state: "failed"; problem: Problem };

export class Connecting {
  way = $state<Way>("key");
  /** The connection that gets new keys; none where a new one is made. */
  again = $state.raw<Connection>();
  hubSpot = $state("");
  tuco = $state("");
  name = $state("");
  checks = $state.raw<Check[]>([]);
  test = $state.raw<Test>({ state: "none" });
  saving = $state(false);
  problem = $state.raw<Problem>();
  /** What the test said of another writer of the same entries; empty where there is none. */
  doubled = $state("");
  /** The sign-in in the browser. */
  readonly signingIn: SigningIn;
  readonly hubSpotFilled = $derived.by(() =>
    this.way === "key"
      ? this.hubSpot.trim() !== ""
      : this.again?.method === "signIn" || this.signingIn.filled,
  );
  /** For a connection that is there, a sign-in takes Tuco's key as it is kept. */
  readonly filled = $derived(
    this.hubSpotFilled &&
      (this.tuco.trim() !== "" ||
        (this.way === "app" && this.again !== undefined)),
  );
  readonly works = $derived(
    this.test.state === "done" && this.test.verdict === "works",
  );
  readonly #host: ConnectingHost;
  #turn = 0;

  constructor(host: ConnectingHost) {
    this.#host = host;
    this.signingIn = new SigningIn(host);
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
    this.doubled = "";
    const turn = this.#turn;
    this.test = { state: "running" };
    const answer = await asked(
      this.#host.checkKeys(this.#keys(), (check) => {
        if (turn === this.#turn) this.checks = [...this.checks, check];
      }),
    );
    if (turn !== this.#turn) return;
    this.doubled = doubledIn(this.checks);
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
    this.forget();
    return answer.data;
  }

  /** By the browser: tried and kept in one go. */
  async signIn(): Promise<SavedKeys | undefined> {
    const name = this.name.trim();
    const saved = await this.signingIn.start({
      tuco: this.tuco.trim(),
      connection: this.again?.id ?? null,
      name: name === "" ? null : name,
    });
    if (saved) this.forget();
    return saved;
  }

  /** Nothing that was typed stays. */
  forget(): void {
    this.hubSpot = "";
    this.tuco = "";
    this.name = "";
    this.signingIn.forget();
    this.changed();
  }

  #keys(): { hubSpot: string; tuco: string } {
    return { hubSpot: this.hubSpot.trim(), tuco: this.tuco.trim() };
  }
}

/** Tuco's own HubSpot link writes too: what follows, and how one of the two is switched off. */
export function doubledIn(checks: Check[]): string {
  const other = checks.find(
    (one) => one.check === "tuco.own_link" && one.mark === "warning",
  );
  return other ? `${other.consequence} ${other.advice}` : "";
}

/** What a pasted text looks like, where it is surely not what the field asks for. */
export function notThat(
  field: "hubSpot" | "tuco",
  pasted: string,
): string | undefined {
  const key = pasted.trim();
  if (key === "") return undefined;
  if (field === "hubSpot" && key.startsWith("tuco_")) {
    return "This is a key of Tuco. It belongs in the field below.";
  }
  if (field === "tuco" && /^pat-/i.test(key)) {
    return "This is a key of HubSpot. It belongs in the field above.";
  }
  if (/\s/.test(key)) {
    return "A key has no spaces within. Copy it again, whole and alone.";
  }
  return undefined;
}
