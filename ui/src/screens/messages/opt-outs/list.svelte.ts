// Who must not be written to, by words, and the replies that somebody has to decide about.
import { asked, troubleOf } from "../../../frame/asked";
import type { Feed } from "../../../frame/feed.svelte";
import type { Problem } from "../../../host";
import type { ViewState } from "../../../parts/View.svelte";
import type { HeardNews, OptOut, OptOutReview, OptOutsHost } from "../host";
import { Paged } from "../paged";

const pause = 200;

export class OptOutList {
  view = $state.raw<ViewState<{ total: number; rows: Paged<OptOut> }>>({
    state: "loading",
  });
  reviews = $state.raw<OptOutReview[]>([]);
  words = $state("");
  /** What is being decided. */
  busy = $state.raw<number[]>([]);
  readonly #host: OptOutsHost;
  readonly #connection: number;
  readonly #feed: Feed;
  readonly #stop: () => void;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #turn = 0;

  constructor(host: OptOutsHost, connection: number, feed: Feed) {
    this.#host = host;
    this.#connection = connection;
    this.#feed = feed;
    this.#stop = feed.listen((news: HeardNews) => {
      if (
        news.what === "missed" ||
        (news.what === "optOuts" && news.connection === connection)
      ) {
        void this.refresh();
      }
    });
    void this.refresh();
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#waiting);
  }

  find(words: string): void {
    this.words = words;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => void this.refresh(), pause);
  }

  async refresh(): Promise<void> {
    this.#turn += 1;
    const mine = this.#turn;
    const words = this.words.trim();
    const read = (from: number, limit: number) =>
      asked(this.#host.optOuts(this.#connection, words, from, limit));
    const [first, reviews] = await Promise.all([
      read(0, 1),
      asked(this.#host.optOutReviews(this.#connection)),
    ]);
    if (mine !== this.#turn) return;
    if (reviews.status === "ok") this.reviews = reviews.data;
    if (first.status === "error") {
      this.view = {
        state: "error",
        trouble: troubleOf(first.error, "The opt-outs could not be read"),
      };
      return;
    }
    const data = {
      total: first.data.total,
      rows: new Paged<OptOut>(async (from, limit) => {
        const page = await read(from, limit);
        if (page.status === "error") throw new Error(page.error.code);
        return page.data.rows;
      }),
    };
    const loop = this.#feed.connections.find(
      (one) => one.id === this.#connection,
    )?.state;
    this.view =
      data.total === 0 && words === ""
        ? { state: "empty" }
        : loop?.state === "offline"
          ? { state: "offline", data, since: loop.since }
          : { state: "ready", data };
  }

  /** Answers with the problem, where there was one. */
  async add(who: string, why: string): Promise<Problem | undefined> {
    const answer = await asked(
      this.#host.addOptOut(this.#connection, who, why),
    );
    await this.refresh();
    return answer.status === "error" ? answer.error : undefined;
  }

  /** Answers with what there is to say, and whether it went well. */
  async lift(
    id: number,
    why: string,
  ): Promise<{ said: string; well: boolean }> {
    const answer = await asked(
      this.#host.liftOptOut(this.#connection, id, why),
    );
    await this.refresh();
    return answer.status === "ok"
      ? { said: answer.data, well: true }
      : { said: answer.error.message, well: false };
  }

  async decide(id: number, optedOut: boolean): Promise<Problem | undefined> {
    this.busy = [...this.busy, id];
    const answer = await asked(
      this.#host.decideReview(this.#connection, id, optedOut),
    );
    this.busy = this.busy.filter((one) => one !== id);
    await this.refresh();
    return answer.status === "error" ? answer.error : undefined;
  }
}
