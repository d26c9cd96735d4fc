// The sandbox: starting it, making things happen in it, and leaving it.
import { asked, type Answer } from "../../frame/asked";
import type { Toasts } from "../../frame/toasts.svelte";
import type { Fate, Faults, SandboxHost } from "./host";

export class Sandbox {
  busy = $state(false);
  faults = $state.raw<Faults>({
    offline: false,
    rateLimit: false,
    keyRefused: false,
  });
  readonly #host: SandboxHost;
  readonly #toasts: Toasts;

  constructor(host: SandboxHost, toasts: Toasts) {
    this.#host = host;
    this.#toasts = toasts;
  }

  async start(): Promise<boolean> {
    return this.#do(this.#host.startSandbox(), "");
  }

  async leave(): Promise<boolean> {
    return this.#do(
      this.#host.leaveSandbox(),
      "The sandbox is gone, with everything in it.",
    );
  }

  async reply(): Promise<void> {
    await this.#do(
      this.#host.sandboxReply(),
      "A reply is on its way. It shows up with the next round.",
    );
  }

  async send(fate: Fate): Promise<void> {
    await this.#do(
      this.#host.sandboxSend(fate),
      "It happened in Tuco. It shows up with the next round.",
    );
  }

  async askFaults(): Promise<void> {
    const answer = await asked(this.#host.sandboxFaults());
    if (answer.status === "ok") this.faults = answer.data;
  }

  async change(more: Partial<Faults>): Promise<void> {
    const faults = { ...this.faults, ...more };
    if (await this.#do(this.#host.changeSandboxFaults(faults), "")) {
      this.faults = faults;
    } else await this.askFaults();
  }

  async #do(
    question: Promise<Answer<unknown>>,
    done: string,
  ): Promise<boolean> {
    this.busy = true;
    const answer = await asked(question);
    this.busy = false;
    if (answer.status === "error") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    } else if (done) this.#toasts.say(done);
    return answer.status === "ok";
  }
}
