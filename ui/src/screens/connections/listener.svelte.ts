// The listener of a connection, and what can be done with it. What is secret about it never comes here.
import { asked, troubleOf, type Answer } from "../../frame/asked";
import type { ViewState } from "../../parts/View.svelte";
import type { Delivery, Listener, ListenerHost } from "./host";

export type Doing = "change" | "register" | "rotate" | "test";

export class ListenerScreen {
  view = $state.raw<ViewState<Listener>>({ state: "loading" });
  doing = $state<Doing>();
  problem = $state("");
  /** What became of the last signed test. */
  tested = $state.raw<Delivery>();
  readonly #host: ListenerHost;
  readonly #connection: number;

  constructor(host: ListenerHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.listener(this.#connection));
    if (answer.status === "ok") {
      this.view = { state: "ready", data: answer.data };
    } else if (this.view.state !== "ready") {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The listener can't be read"),
      };
    }
  }

  change(on: boolean, tunnel: string): Promise<boolean> {
    return this.#do("change", () =>
      this.#host.changeListener(this.#connection, on, tunnel),
    );
  }

  register(): Promise<boolean> {
    return this.#do("register", () =>
      this.#host.registerListener(this.#connection),
    );
  }

  rotate(): Promise<boolean> {
    return this.#do("rotate", () =>
      this.#host.rotateListenerSecret(this.#connection),
    );
  }

  async test(): Promise<void> {
    if (this.doing) return;
    this.doing = "test";
    this.problem = "";
    const answer = await asked(this.#host.sendListenerTest(this.#connection));
    this.doing = undefined;
    if (answer.status === "ok") this.tested = answer.data;
    else this.problem = answer.error.message;
    await this.refresh();
  }

  async #do(
    what: Doing,
    command: () => Promise<Answer<Listener>>,
  ): Promise<boolean> {
    if (this.doing) return false;
    this.doing = what;
    this.problem = "";
    const answer = await asked(command());
    this.doing = undefined;
    if (answer.status === "ok") {
      this.view = { state: "ready", data: answer.data };
    } else this.problem = answer.error.message;
    return answer.status === "ok";
  }
}
