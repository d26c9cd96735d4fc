// A portal and a workspace on their way to become a connection: by which way HubSpot is signed in to,
// two keys or a sign-in, tried before they are kept. Whatever is secret crosses to the program once and
// is forgotten here: from then on an empty field means what the program was given.
import { asked, type Answer } from "../../frame/asked";
import type {
  Check,
  Connection,
  Host,
  PastedKeys,
  Problem,
  SavedKeys,
  Verdict,
} from "../../host";
import type { SignInHost } from "./host";
import { SigningIn } from "./signing-in.svelte";

export type ConnectingHost = Pick<
  Host,
  "checkKeys" | "saveConnection" | "replaceKeys" | "forgetPasted"
> &
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
  /** Which keys the program was given already, so that they need not be pasted again. */
  given = $state.raw({ hubSpot: false, tuco: false });
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
      ? this.hubSpot.trim() !== "" || this.given.hubSpot
      : this.again?.method === "signIn" || this.signingIn.filled,
  );
  /** For a connection that is there, a sign-in takes Tuco's key as it is kept. */
  readonly filled = $derived(
    this.hubSpotFilled &&
      (this.tuco.trim() !== "" ||
        this.given.tuco ||
        (this.way === "app" && this.again !== undefined)),
  );
  readonly works = $derived(
    this.test.state === "done" && this.test.verdict === "works",
  );
  readonly #host: ConnectingHost;
  #turn = 0;
  #form = 0;

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
    const answer = await this.#handed((keys) =>
      this.#host.checkKeys(keys, this.again?.id ?? null, (check) => {
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
    const { again } = this;
    const answer = await this.#handed((keys) =>
      again
        ? this.#host.replaceKeys(again.id, keys)
        : this.#host.saveConnection(keys, name === "" ? null : name),
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
    const form = this.#form;
    const tuco = this.tuco.trim();
    this.tuco = "";
    const starting = this.signingIn.start({
      tuco,
      connection: this.again?.id ?? null,
      name: name === "" ? null : name,
    });
    if (tuco !== "") this.given = { ...this.given, tuco: true };
    const saved = await starting;
    if (form !== this.#form) return saved;
    if (saved) this.forget();
    else if (this.signingIn.refusedAtOnce) {
      // It was not taken, such as where it is far too long.
      this.given = { ...this.given, tuco: false };
      this.tuco ||= tuco;
    }
    return saved;
  }

  /** Somebody left the form. What is under way goes on. */
  leave(): void {
    const busy =
      this.saving || this.test.state === "running" || this.signingIn.isUnderWay;
    if (!busy) this.forget();
  }

  /** Somebody wants none of it: also a sign-in that waits for the browser ends. */
  cancel(): void {
    if (this.signingIn.isUnderWay) void this.signingIn.cancel();
    this.forget();
  }

  /** Nothing that was typed or given stays. */
  forget(): void {
    this.#form += 1;
    if (this.given.hubSpot || this.given.tuco || this.signingIn.given) {
      void asked(this.#host.forgetPasted());
    }
    this.given = { hubSpot: false, tuco: false };
    this.hubSpot = "";
    this.tuco = "";
    this.name = "";
    this.signingIn.forget();
    this.changed();
  }

  /** Hands the keys over and empties their fields. What was not taken stands there again. */
  async #handed<T>(
    command: (keys: PastedKeys) => Promise<Answer<T>>,
  ): Promise<Answer<T>> {
    const form = this.#form;
    const keys = { hubSpot: this.hubSpot.trim(), tuco: this.tuco.trim() };
    this.hubSpot = "";
    this.tuco = "";
    const before = this.given;
    this.given = {
      hubSpot: before.hubSpot || keys.hubSpot !== "",
      tuco: before.tuco || keys.tuco !== "",
    };
    const answer = await asked(command(keys));
    const refused =
      answer.status === "error" && answer.error.code === "badInput";
    if (refused && form === this.#form) {
      this.given = before;
      this.hubSpot ||= keys.hubSpot;
      this.tuco ||= keys.tuco;
    }
    return answer;
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
