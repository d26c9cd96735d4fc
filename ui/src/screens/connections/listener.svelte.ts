// The listener of a connection, and what can be done with it. What is secret about it never comes here.
import { asked, troubleOf, type Answer } from "../../frame/asked";
import type { ViewState } from "../../parts/View.svelte";
import type { Feed } from "../../frame/feed.svelte";
import type { Delivery, Listener } from "../../host";
import type { ListenerHost } from "./host";

export type Doing = "change" | "register" | "rotate" | "end" | "test";

export class ListenerScreen {
  view = $state.raw<ViewState<Listener>>({ state: "loading" });
  doing = $state<Doing>();
  problem = $state("");
  /** What became of the last signed test. */
  tested = $state.raw<Delivery>();
  /** Tuco reports to the address of before. */
  moved = $state(false);
  readonly #host: ListenerHost;
  readonly #connection: number;
  #before: Promise<unknown> = Promise.resolve();

  constructor(host: ListenerHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  /** Follows what is told of it. Answers with the way to stop. */
  follow(feed: Feed): () => void {
    return feed.listen((news) => {
      const ours =
        news.what === "listener" && news.connection === this.#connection;
      if ((ours || news.what === "missed") && !this.doing) void this.refresh();
    });
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

  async change(
    on: boolean,
    tunnel: string,
    port: number | null,
  ): Promise<boolean> {
    const before = this.view.state === "ready" ? this.view.data.address : "";
    const done = await this.#do("change", () =>
      this.#host.changeListener(this.#connection, on, tunnel, port),
    );
    if (done && this.view.state === "ready") {
      const { registered, address } = this.view.data;
      this.moved = registered && before !== "" && address !== before;
    }
    return done;
  }

  async register(): Promise<boolean> {
    const done = await this.#do("register", () =>
      this.#host.registerListener(this.#connection),
    );
    if (done) this.moved = false;
    return done;
  }

  endRotation(): Promise<boolean> {
    return this.#do("end", () =>
      this.#host.endListenerRotation(this.#connection),
    );
  }

  rotate(): Promise<boolean> {
    return this.#do("rotate", () =>
      this.#host.rotateListenerSecret(this.#connection),
    );
  }

  test(): Promise<void> {
    return this.#inTurn("test", async () => {
      const answer = await asked(this.#host.sendListenerTest(this.#connection));
      if (answer.status === "ok") this.tested = answer.data;
      else this.problem = answer.error.message;
      await this.refresh();
    });
  }

  #do(what: Doing, command: () => Promise<Answer<Listener>>): Promise<boolean> {
    return this.#inTurn(what, async () => {
      const answer = await asked(command());
      if (answer.status === "ok") {
        this.view = { state: "ready", data: answer.data };
      } else this.problem = answer.error.message;
      return answer.status === "ok";
    });
  }

  /** What is pressed while another thing is under way comes after it, and is never dropped. */
  #inTurn<T>(what: Doing, work: () => Promise<T>): Promise<T> {
    const mine = this.#before.then(async () => {
      this.doing = what;
      this.problem = "";
      try {
        return await work();
      } finally {
        this.doing = undefined;
      }
    });
    this.#before = mine.catch(() => undefined);
    return mine;
  }
}
