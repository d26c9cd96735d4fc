// A sign-in in the browser with the user's own HubSpot app. What the program reports is drawn; the
// five minutes are its own, and the page only shows what is left of them.
import { asked } from "../../frame/asked";
import type { Problem, SavedKeys, SignInGuide, SignInWish } from "../../host";
import type { SignInHost } from "./host";

export type SignInState =
  | { state: "none" }
  | { state: "starting" }
  | { state: "waiting"; link: string; until: number; browserOpened: boolean }
  | { state: "answered" }
  | { state: "failed"; problem: Problem };

export class SigningIn {
  clientId = $state("");
  clientSecret = $state("");
  /** The program was given the secret already, so that it need not be pasted again. */
  given = $state(false);
  /** The last start failed for what was typed: the program took nothing of it. */
  refusedAtOnce = false;
  /** The address that the browser shows in the end, pasted by hand. */
  address = $state("");
  addressProblem = $state("");
  now = $state.raw<SignInState>({ state: "none" });
  guide = $state.raw<SignInGuide>();
  readonly filled = $derived(
    this.clientId.trim() !== "" &&
      (this.clientSecret.trim() !== "" || this.given),
  );
  readonly isUnderWay = $derived(
    this.now.state === "starting" ||
      this.now.state === "waiting" ||
      this.now.state === "answered",
  );
  readonly #host: SignInHost;
  #turn = 0;
  #asked = false;

  constructor(host: SignInHost) {
    this.#host = host;
  }

  /** What to enter in HubSpot: asked for once, when somebody wants to see it. */
  async needGuide(): Promise<void> {
    if (this.#asked) return;
    this.#asked = true;
    const answer = await asked(this.#host.signInGuide());
    if (answer.status === "ok") this.guide = answer.data;
    else this.#asked = false;
  }

  /** Opens the browser. What is secret is not kept in the page once the connection is made. */
  async start(
    of: Pick<SignInWish, "tuco" | "connection" | "name">,
  ): Promise<SavedKeys | undefined> {
    this.#turn += 1;
    const mine = this.#turn;
    this.now = { state: "starting" };
    this.address = "";
    this.addressProblem = "";
    const wish = {
      ...of,
      clientId: this.clientId.trim(),
      clientSecret: this.clientSecret.trim(),
    };
    const before = this.given;
    this.clientSecret = "";
    this.given = before || wish.clientSecret !== "";
    this.refusedAtOnce = false;
    const answer = await asked(
      this.#host.signIn(wish, (step) => {
        if (mine !== this.#turn) return;
        this.now =
          step.step === "waiting"
            ? { ...step, state: "waiting" }
            : { state: "answered" };
      }),
    );
    if (mine !== this.#turn) return undefined;
    if (answer.status === "error") {
      this.refusedAtOnce = answer.error.code === "badInput";
      if (this.refusedAtOnce) {
        this.given = before;
        this.clientSecret ||= wish.clientSecret;
      }
      this.now =
        answer.error.code === "cancelled"
          ? { state: "none" }
          : { state: "failed", problem: answer.error };
      return undefined;
    }
    this.forget();
    return answer.data;
  }

  async pasteAddress(): Promise<void> {
    const address = this.address.trim();
    // It holds HubSpot's code.
    this.address = "";
    const answer = await asked(this.#host.signInByAddress(address));
    this.addressProblem = answer.status === "error" ? answer.error.message : "";
  }

  async cancel(): Promise<void> {
    await asked(this.#host.cancelSignIn());
  }

  forget(): void {
    this.#turn += 1;
    this.clientId = "";
    this.clientSecret = "";
    this.given = false;
    this.address = "";
    this.addressProblem = "";
    this.now = { state: "none" };
  }
}

/** What is left until a moment, as on a kitchen clock: `4:05`. */
export function left(until: number, now: number): string {
  const seconds = Math.max(0, Math.ceil((until - now) / 1000));
  const rest = String(seconds % 60).padStart(2, "0");
  return `${String(Math.floor(seconds / 60))}:${rest}`;
}
