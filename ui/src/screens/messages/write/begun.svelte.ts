// Drafts, and own sends that are under way or ended today.
import { asked, troubleOf } from "../../../frame/asked";
import type { Feed } from "../../../frame/feed.svelte";
import type { ViewState } from "../../../parts/View.svelte";
import type { HeardNews, KeptDraft, OwnSend, WritingHost } from "../host";

export interface Shown {
  drafts: KeptDraft[];
  sends: OwnSend[];
}

export class Begun {
  view = $state.raw<ViewState<Shown>>({ state: "loading" });
  readonly data = $derived(
    this.view.state === "ready" || this.view.state === "offline"
      ? this.view.data
      : undefined,
  );
  readonly #host: WritingHost;
  readonly #connection: number;
  readonly #feed: Feed;
  readonly #stop: () => void;

  constructor(host: WritingHost, connection: number, feed: Feed) {
    this.#host = host;
    this.#connection = connection;
    this.#feed = feed;
    this.#stop = feed.listen((news: HeardNews) => {
      if (
        (news.what === "sends" || news.what === "loop") &&
        news.connection === connection
      ) {
        void this.refresh();
      } else if (news.what === "missed") void this.refresh();
    });
    void this.refresh();
  }

  close(): void {
    this.#stop();
  }

  async refresh(): Promise<void> {
    const [drafts, sends] = await Promise.all([
      asked(this.#host.keptMessages(this.#connection)),
      asked(this.#host.ownSends(this.#connection)),
    ]);
    if (drafts.status === "error" || sends.status === "error") {
      const problem =
        drafts.status === "error"
          ? drafts.error
          : sends.status === "error"
            ? sends.error
            : undefined;
      if (problem && !this.data) {
        this.view = {
          state: "error",
          trouble: troubleOf(problem, "Drafts and sends could not be read"),
        };
      }
      return;
    }
    const data = { drafts: drafts.data, sends: sends.data };
    const loop = this.#feed.connections.find(
      (one) => one.id === this.#connection,
    )?.state;
    this.view =
      loop?.state === "offline"
        ? { state: "offline", data, since: loop.since }
        : data.drafts.length + data.sends.length === 0
          ? { state: "empty" }
          : { state: "ready", data };
  }
}
