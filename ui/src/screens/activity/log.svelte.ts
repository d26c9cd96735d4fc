// The log as the screen draws it: which list it is, what of it is on screen, whether it is followed,
// and which row is chosen. It refuses to move what somebody looks at: once they scroll or choose a
// row, new rows are counted and wait.
import { tick } from "svelte";

import type { Filter, News, Problem, Row } from "../../host";
import { noAnswer } from "../../frame/feed.svelte";
import { noFilter } from "../../frame/activity-filter";
import { CountedRows } from "./counted-rows";
import { FoundRows } from "./found-rows";
import { Asker, Refused, type LogHost, type Rows, type Shown } from "./rows";

export type LogState =
  | { state: "loading" }
  | { state: "empty" }
  /** Nothing matches the filter. */
  | { state: "nothing" }
  | { state: "ready" }
  | { state: "error"; problem: Problem };

/** A row by what does not change about it. */
export type RowName = Pick<Row, "id" | "occurredAt">;

/** What the log asks of the list that draws it. */
export interface Drawn {
  /** So many rows came before the first; what is on screen stays. */
  keepPlace(added: number): void;
  toStart(): void;
  show(index: number): void;
}

export class ActivityLog {
  filter = $state.raw<Filter>(noFilter);
  state = $state.raw<LogState>({ state: "loading" });
  count = $state(0);
  /** Whether `count` is all there is. */
  counted = $state(true);
  /** Rows that arrived above the first one and wait. */
  hidden = $state(0);
  /** Another value asks for all rows anew. */
  version = $state(0);
  follow = $state(true);
  /** A question is under way whose answer will change the list. */
  asking = $state(false);
  /** Why what is shown may be old. */
  stale = $state.raw<Problem | null>(null);
  shown = $state.raw<Shown>({ first: 0, last: -1 });
  /** The number of the row that the keys act on; -1 for none. */
  current = $state(-1);
  /** The number of the row that is open beside the list; -1 where the list does not show it. */
  opened = $state(-1);

  readonly #host: LogHost;
  readonly #connection: number;
  #rows: Rows | undefined;
  #list: Drawn | undefined;
  #openedRow: RowName | undefined;
  #refreshing: Promise<void> | undefined;
  #again = false;

  constructor(host: LogHost, connection: number) {
    this.#host = host;
    this.#connection = connection;
  }

  attach(list: Drawn | undefined): void {
    this.#list = list;
  }

  getRow = (index: number): Row | Promise<Row> => {
    if (!this.#rows) throw new RangeError("There is no list yet.");
    return this.#rows.at(index);
  };

  known(index: number): Row | undefined {
    return this.#rows?.known(index);
  }

  /** Shows what a filter lets through. What was shown stays until the answer is there. */
  async show(filter: Filter): Promise<void> {
    this.filter = filter;
    this.asking = true;
    const asker = new Asker(this.#host, this.#connection, filter);
    const rows: Rows = filter.search.trim()
      ? new FoundRows(asker, () => {
          if (this.#rows === rows) this.#take(rows);
        })
      : new CountedRows(asker);
    try {
      await rows.open();
      if (this.filter !== filter) return;
      this.#rows = rows;
      this.stale = null;
      this.follow = true;
      this.current = -1;
      this.opened = -1;
      this.#redraw(rows);
      this.#list?.toStart();
      if (this.#openedRow) void this.#place(this.#openedRow);
    } catch (error) {
      if (this.filter !== filter) return;
      this.state = { state: "error", problem: problemOf(error) };
    }
    this.asking = false;
  }

  /** Something happened. Only what concerns this list asks again. */
  heard(news: News): void {
    if (news.what === "log" && news.connection === this.#connection) {
      void this.refresh();
    } else if (news.what === "missed") void this.refresh();
  }

  /** Asks again for what is on screen; one question at a time, and one more if need be. */
  refresh(): Promise<void> {
    if (this.#refreshing) this.#again = true;
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
      if (this.#again) {
        this.#again = false;
        void this.refresh();
      }
    });
    return this.#refreshing;
  }

  /** To the newest row, and from now on with it. */
  async goOn(): Promise<void> {
    this.follow = true;
    this.current = -1;
    this.#list?.toStart();
    await this.refresh();
    this.#list?.toStart();
  }

  /** What arrives from now on waits. */
  pause(): void {
    this.follow = false;
  }

  /** Other rows are on screen. */
  viewed(first: number, last: number): void {
    this.shown = { first, last };
    if (this.state.state !== "ready") return;
    if (first > 0) this.follow = false;
    else if (!this.follow && this.current < 0 && this.opened < 0) this.#top();
  }

  /** The keys went to a row: what is above it must not grow. */
  chose(index: number): void {
    if (index >= 0) this.follow = false;
  }

  /** A row is open beside the list. */
  async open(row: RowName): Promise<void> {
    this.#openedRow = row;
    this.follow = false;
    await this.#place(row);
  }

  /** Nothing is open any more. At the top the log is followed again. */
  close(): void {
    this.#openedRow = undefined;
    this.opened = -1;
    if (this.shown.first <= 0) {
      this.current = -1;
      this.#top();
    }
  }

  /** Brings a row on screen, where the list has it. */
  async reveal(row: RowName): Promise<void> {
    const index = (await this.#rows?.find(row)) ?? -1;
    if (index >= 0) this.#list?.show(index);
  }

  #top(): void {
    const rows = this.#rows;
    if (!rows) return;
    if (rows.hidden === 0) this.follow = true;
    else {
      // They come above what is read: another turn of the wheel shows them.
      const added = rows.reveal();
      this.#redraw(rows);
      void this.#keepPlace(added);
    }
  }

  /** What is on screen stays where it is, drawn at once with the new numbers. */
  async #keepPlace(added: number): Promise<void> {
    if (added === 0) return;
    await tick();
    this.#list?.keepPlace(added);
  }

  async #place(row: RowName): Promise<void> {
    const rows = this.#rows;
    if (!rows) return;
    try {
      const index = await rows.find(row);
      if (this.#openedRow?.id !== row.id || this.#rows !== rows) return;
      this.opened = index < this.count ? index : -1;
    } catch {
      // The row is open all the same; only its place in the list is not marked.
      this.opened = -1;
    }
  }

  async #refresh(): Promise<void> {
    const rows = this.#rows;
    if (!rows) return this.show(this.filter);
    const chosen = this.known(this.current);
    try {
      const moved = await rows.refresh(this.shown, this.follow);
      if (this.#rows !== rows) return;
      const index = chosen ? await rows.find(chosen) : -1;
      this.stale = null;
      this.#redraw(rows);
      await this.#keepPlace(moved);
      if (index >= 0) this.current = Math.min(index, this.count - 1);
      if (this.#openedRow) await this.#place(this.#openedRow);
    } catch (error) {
      if (this.#rows === rows) this.stale = problemOf(error);
    }
  }

  #take(rows: Rows): void {
    this.count = rows.count;
    this.counted = rows.counted;
    this.hidden = rows.hidden;
  }

  #redraw(rows: Rows): void {
    this.#take(rows);
    this.version += 1;
    const anything = this.count + this.hidden > 0;
    const state = anything ? "ready" : isAll(this.filter) ? "empty" : "nothing";
    if (this.state.state !== state) this.state = { state };
    this.current = Math.min(this.current, this.count - 1);
  }
}

/** Whether a filter lets everything through. */
export function isAll(filter: Filter): boolean {
  return (
    !filter.search.trim() &&
    filter.kinds.length + filter.stages.length + filter.reasons.length === 0 &&
    filter.line === null &&
    filter.contact === null &&
    filter.from === null &&
    filter.to === null
  );
}

function problemOf(error: unknown): Problem {
  return error instanceof Refused ? error.problem : noAnswer;
}
