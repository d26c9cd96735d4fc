// What the first screen shows: the last fourteen days, what needs a person, and the lines.
import { asked, troubleOf } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type {
  Day,
  Host,
  Line,
  Overview as Told,
  UnknownSend,
} from "../../host";
import type { ViewState } from "../../parts/View.svelte";

export type OverviewHost = Pick<
  Host,
  "overview" | "lines" | "unknownSends" | "settleSend"
>;

/** The lines, which Tuco is asked for at the moment. */
export type Lines =
  | { state: "loading" }
  | { state: "ready"; lines: Line[] }
  | { state: "unknown"; why: string };

/** What happened on a day, in the numbers that are shown. */
export interface Sums {
  events: number;
  sent: number;
  replies: number;
  mirrored: number;
  onItsWay: number;
  logOnly: number;
  failed: number;
}

/** The sums of a day. */
export function sumsOf(day: Day | undefined): Sums {
  const sum = (fits: (tally: Day["tallies"][number]) => boolean): number =>
    (day?.tallies ?? [])
      .filter(fits)
      .reduce((total, tally) => total + tally.events, 0);
  return {
    events: sum(() => true),
    sent: sum((tally) => tally.kind === "sent" || tally.kind === "fallback"),
    replies: sum((tally) => tally.kind === "reply"),
    mirrored: sum((tally) => tally.stage === "written"),
    onItsWay: sum((tally) => tally.stage === "queued" || tally.stage === "new"),
    logOnly: sum((tally) => tally.stage === "skipped"),
    failed: sum((tally) => tally.kind === "failed" || tally.stage === "failed"),
  };
}

export class Overview {
  view = $state.raw<ViewState<Told>>({ state: "loading" });
  lines = $state.raw<Lines>({ state: "loading" });
  unknownSends = $state.raw<UnknownSend[]>([]);
  /** How much needs a person, all kinds together; unknown until the first answer. */
  readonly needs = $derived(
    this.view.state === "ready" || this.view.state === "offline"
      ? this.view.data.needs.reduce((sum, need) => sum + need.count, 0)
      : undefined,
  );
  readonly #host: OverviewHost;
  readonly #feed: Feed;
  #connection: number | undefined;
  #asking = false;
  #again = false;

  constructor(host: OverviewHost, feed: Feed) {
    this.#host = host;
    this.#feed = feed;
    feed.listen((news) => {
      const concerns =
        (news.what === "log" ||
          news.what === "needsPerson" ||
          news.what === "sends" ||
          news.what === "optOuts" ||
          news.what === "rules" ||
          news.what === "loop") &&
        news.connection === this.#connection;
      if (concerns || news.what === "missed") void this.refresh();
    });
  }

  /** Another world: what was known is of no connection there is. */
  forget(): void {
    this.#connection = undefined;
    this.view = { state: "loading" };
    this.lines = { state: "loading" };
    this.unknownSends = [];
  }

  /** Shows a connection; the same one again changes nothing. */
  show(connection: number): void {
    if (this.#connection === connection) return;
    this.#connection = connection;
    this.view = { state: "loading" };
    this.lines = { state: "loading" };
    void this.refresh();
    void this.askLines();
  }

  /** Asks anew. While an answer is awaited, one more question is enough for all that comes. */
  async refresh(): Promise<void> {
    if (this.#asking) {
      this.#again = true;
      return;
    }
    this.#asking = true;
    do {
      this.#again = false;
      await this.#ask();
    } while (this.#again);
    this.#asking = false;
  }

  async #ask(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const [told, sends] = await Promise.all([
      asked(this.#host.overview(connection, zone)),
      asked(this.#host.unknownSends(connection)),
    ]);
    if (connection !== this.#connection) {
      this.#again = true;
      return;
    }
    if (sends.status === "ok") this.unknownSends = sends.data;
    if (told.status === "error") {
      // What was known stays: old numbers with an offline mark say more than none.
      if (this.view.state === "loading" || this.view.state === "error") {
        this.view = {
          state: "error",
          trouble: troubleOf(told.error, "The overview could not be read"),
        };
      }
      return;
    }
    const state = this.#feed.connections.find(
      (one) => one.id === connection,
    )?.state;
    const nothing =
      told.data.needs.length === 0 &&
      told.data.days.every((day) => day.tallies.length === 0);
    this.view =
      state?.state === "offline"
        ? { state: "offline", data: told.data, since: state.since }
        : nothing
          ? { state: "empty" }
          : { state: "ready", data: told.data };
  }

  async askLines(): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) return;
    const answer = await asked(this.#host.lines(connection));
    if (connection !== this.#connection) return;
    this.lines =
      answer.status === "ok"
        ? { state: "ready", lines: answer.data }
        : { state: "unknown", why: answer.error.message };
  }

  /** A person looked in Tuco. Answers with the problem, if there was one. */
  async settle(send: number, wentOut: boolean): Promise<string> {
    if (this.#connection === undefined) return "";
    const answer = await asked(
      this.#host.settleSend(this.#connection, send, wentOut),
    );
    await this.refresh();
    return answer.status === "error" ? answer.error.message : "";
  }
}
