// What the page is told, kept in one place: it subscribes, then asks for a snapshot, and asks again
// whenever a notice is missing. Screens listen here for the news that concern them.
import type {
  Connection,
  Host,
  Mode,
  News,
  Notice,
  Problem,
  Snapshot,
} from "../host";

/** What the frame and the screens need of the host to know where things stand. */
export type FeedHost = Pick<Host, "subscribe" | "snapshot">;

/** What is known of the program behind the page. */
export type Known =
  | { state: "loading" }
  | { state: "ready" }
  | { state: "error"; problem: Problem };

/** Thrown where an answer never came at all: the program behind the page is gone or broken. */
export const noAnswer: Problem = {
  code: "defect",
  message:
    "The program behind this window does not answer. What was stored is safe. Close the window and open it again.",
  detail: "",
};

export class Feed {
  known = $state.raw<Known>({ state: "loading" });
  mode = $state<Mode>("real");
  connections = $state.raw<Connection[]>([]);
  /** Which connection was chosen; without a choice it is the first one. */
  chosenId = $state<number>();
  readonly chosen = $derived(
    this.connections.find((one) => one.id === this.chosenId) ??
      this.connections[0],
  );
  readonly #host: FeedHost;
  #sequence = 0;
  #asking: Promise<void> | undefined;
  readonly #listeners: ((news: News) => void)[] = [];

  constructor(host: FeedHost) {
    this.#host = host;
  }

  async start(): Promise<void> {
    this.known = { state: "loading" };
    try {
      const answer = await this.#host.subscribe((batch) => this.#told(batch));
      if (answer.status === "error") {
        this.known = { state: "error", problem: answer.error };
        return;
      }
      await this.refresh();
    } catch {
      this.known = { state: "error", problem: noAnswer };
    }
  }

  /** Asks for a snapshot; whoever asks meanwhile gets the same answer. */
  refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  /** Hears all news from now on. Answers with the way to stop. */
  listen(heard: (news: News) => void): () => void {
    this.#listeners.push(heard);
    return () => {
      const at = this.#listeners.indexOf(heard);
      if (at >= 0) this.#listeners.splice(at, 1);
    };
  }

  async #ask(): Promise<void> {
    try {
      const answer = await this.#host.snapshot();
      if (answer.status === "ok") this.#take(answer.data);
      else if (this.known.state !== "ready") {
        this.known = { state: "error", problem: answer.error };
      }
    } catch {
      // What was known stays on screen; only a page that knows nothing says so.
      if (this.known.state !== "ready") {
        this.known = { state: "error", problem: noAnswer };
      }
    }
  }

  #take(snapshot: Snapshot): void {
    // Notices that the snapshot overtook are passed over when they come; screens must not miss them.
    const overtaken =
      this.known.state === "ready" && snapshot.sequence > this.#sequence;
    this.#sequence = Math.max(this.#sequence, snapshot.sequence);
    this.mode = snapshot.mode;
    this.connections = snapshot.connections;
    this.known = snapshot.cannotWork
      ? { state: "error", problem: snapshot.cannotWork }
      : { state: "ready" };
    if (overtaken) this.#tell({ what: "missed" });
  }

  #tell(news: News): void {
    for (const listener of [...this.#listeners]) listener(news);
  }

  #told(batch: Notice[]): void {
    let again = false;
    for (const { sequence, news } of batch) {
      if (sequence <= this.#sequence) continue;
      const missed = sequence !== this.#sequence + 1;
      this.#sequence = sequence;
      if (missed) {
        again = true;
        this.#tell({ what: "missed" });
      }
      if (news.what === "loop") {
        this.connections = this.connections.map((one) =>
          one.id === news.connection ? { ...one, state: news.state } : one,
        );
      }
      // Counts and the time of the last round stand in the snapshot only.
      again ||= [
        "loop",
        "log",
        "needsPerson",
        "connections",
        "mode",
        "missed",
      ].includes(news.what);
      this.#tell(news);
    }
    if (again) void this.refresh();
  }
}
