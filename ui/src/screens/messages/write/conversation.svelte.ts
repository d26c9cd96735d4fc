// One person and what was said: asked for when they are chosen, and again whenever something about them
// changed. What was known stays on screen while it is asked for again.
import { asked, troubleOf } from "../../../frame/asked";
import type { Feed } from "../../../frame/feed.svelte";
import type { ViewState } from "../../../parts/View.svelte";
import type { HeardNews, Recipient, Thread, WritingHost } from "../host";
import { notAmong } from "../kept";

export class Conversation {
  person = $state.raw<ViewState<Recipient>>({ state: "loading" });
  thread = $state.raw<ViewState<Thread>>({ state: "loading" });
  readingOlder = $state(false);
  readonly contact: string;
  readonly #host: WritingHost;
  readonly #connection: number;
  readonly #heard: ((news: HeardNews) => void)[] = [];
  readonly #stop: () => void;
  #older: Thread["messages"] = [];
  #moreOlder = true;
  #asking = 0;

  constructor(
    host: WritingHost,
    connection: number,
    contact: string,
    feed: Feed,
  ) {
    this.#host = host;
    this.#connection = connection;
    this.contact = contact;
    this.#stop = feed.listen((news) => this.#hear(news));
    void this.refresh();
  }

  close(): void {
    this.#stop();
    this.#asking += 1;
  }

  /** Told after this has asked again: what else depends on the person. */
  onnews(heard: (news: HeardNews) => void): void {
    this.#heard.push(heard);
  }

  async refresh(): Promise<void> {
    await Promise.all([this.#askPerson(), this.#askThread()]);
  }

  async older(): Promise<void> {
    if (this.thread.state !== "ready" || this.readingOlder) return;
    const first = this.thread.data.messages[0];
    if (!first) return;
    this.readingOlder = true;
    const answer = await asked(
      this.#host.thread(this.#connection, this.contact, first.at),
    );
    this.readingOlder = false;
    if (answer.status === "error") return;
    const before = notAmong(
      answer.data.messages,
      this.thread.data.messages,
      (one) => one.key,
    );
    this.#older = [...before, ...this.#older];
    this.thread = {
      state: "ready",
      data: {
        messages: [...before, ...this.thread.data.messages],
        more: answer.data.more,
      },
    };
    this.#moreOlder = answer.data.more;
  }

  #hear(news: HeardNews): void {
    if ("connection" in news && news.connection !== this.#connection) return;
    if (news.what === "sends") {
      if (news.contact !== null && news.contact !== this.contact) return;
      void this.#askThread();
    } else if (
      news.what === "log" ||
      news.what === "reply" ||
      news.what === "optOuts" ||
      news.what === "missed"
    ) {
      void this.refresh();
    } else if (news.what !== "settings") return;
    for (const heard of this.#heard) heard(news);
  }

  async #askPerson(): Promise<void> {
    const answer = await asked(
      this.#host.recipient(this.#connection, this.contact),
    );
    if (answer.status === "ok") {
      this.person = { state: "ready", data: answer.data };
    } else if (this.person.state !== "ready") {
      this.person = {
        state: "error",
        trouble: troubleOf(answer.error, "The contact could not be read"),
      };
    }
  }

  async #askThread(): Promise<void> {
    this.#asking += 1;
    const mine = this.#asking;
    const answer = await asked(
      this.#host.thread(this.#connection, this.contact, null),
    );
    if (mine !== this.#asking) return;
    if (answer.status === "ok") {
      const before = notAmong(
        this.#older,
        answer.data.messages,
        (one) => one.key,
      );
      const messages = [...before, ...answer.data.messages];
      this.thread =
        messages.length === 0
          ? { state: "empty" }
          : {
              state: "ready",
              data: {
                messages,
                more: before.length > 0 ? this.#moreOlder : answer.data.more,
              },
            };
    } else if (this.thread.state !== "ready") {
      this.thread = {
        state: "error",
        trouble: troubleOf(answer.error, "The thread could not be read"),
      };
    }
  }
}
