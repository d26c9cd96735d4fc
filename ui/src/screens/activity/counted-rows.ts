// The whole log, or what a filter lets through of it: every row has a number, so a scroll bar can jump
// to any of them. Fetched in blocks of a hundred; far-away blocks are forgotten.
//
// `above` is a row's number in the store, `index` its number in the list as it is held: hidden rows
// are the difference.
import type { Row } from "../../host";
import type { Asker, Rows, Shown } from "./rows";

const block = 100;
const mostBlocks = 30;
/** Rows beside those on screen that the list draws too. */
const beside = 12;

export class CountedRows implements Rows {
  readonly counted = true;
  hidden = 0;
  readonly #asker: Asker;
  #total = 0;
  #blocks = new Map<number, Row[]>();
  readonly #coming = new Map<number, Promise<Row[]>>();
  /** A block that was asked for before the last refresh may be out of date. */
  #generation = 0;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  get count(): number {
    return Math.max(0, this.#total - this.hidden);
  }

  async open(): Promise<void> {
    const [total, rows] = await Promise.all([
      this.#asker.count(),
      this.#fetch(0),
    ]);
    this.#total = total;
    this.#keep(0, rows);
  }

  known(index: number): Row | undefined {
    if (index < 0) return undefined;
    const above = index + this.hidden;
    return this.#blocks.get(Math.floor(above / block))?.[above % block];
  }

  at(index: number): Row | Promise<Row> {
    const known = this.known(index);
    if (known) return known;
    const above = index + this.hidden;
    return this.#block(Math.floor(above / block)).then((rows) => {
      const row = rows[above % block];
      if (!row) throw new RangeError("The list is shorter than it was.");
      return row;
    });
  }

  async refresh(shown: Shown, follow: boolean): Promise<number> {
    const anchors = follow ? [] : this.#onScreen(shown);
    const [total, grown] = await Promise.all([
      this.#asker.count(),
      this.#growth(anchors),
    ]);
    const wanted = follow ? 0 : this.hidden + grown;
    const hidden = Math.min(Math.max(0, wanted), total);
    const first = Math.max(0, shown.first + hidden - beside);
    const last = Math.min(total - 1, shown.last + hidden + beside);
    const fresh = await this.#fetchSpan(first, last);
    // All at once: what is drawn meanwhile is the old list, whole.
    this.#generation += 1;
    this.#coming.clear();
    this.#blocks = fresh;
    this.#total = total;
    this.hidden = hidden;
    return wanted - hidden;
  }

  reveal(): number {
    const { hidden } = this;
    this.hidden = 0;
    return hidden;
  }

  async find(row: Pick<Row, "id" | "occurredAt">): Promise<number> {
    for (const [number, rows] of this.#blocks) {
      const at = rows.findIndex((one) => one.id === row.id);
      if (at >= 0) return number * block + at - this.hidden;
    }
    const above = await this.#above(row);
    return above === null ? -1 : above - this.hidden;
  }

  #onScreen({ first, last }: Shown): { row: Row; above: number }[] {
    const rows = [];
    for (let index = Math.max(0, first); index <= last; index += 1) {
      const row = this.known(index);
      if (row) rows.push({ row, above: index + this.hidden });
    }
    // The first one that is still in the list tells; three are enough to find one.
    return rows.length < 3
      ? rows
      : [rows[0], rows[Math.floor(rows.length / 2)], rows.at(-1)].filter(
          (one) => one !== undefined,
        );
  }

  /** By how much the rows on screen moved down in the store. */
  async #growth(anchors: { row: Row; above: number }[]): Promise<number> {
    for (const anchor of anchors) {
      const above = await this.#above(anchor.row);
      if (above !== null) return above - anchor.above;
    }
    return 0;
  }

  /** How many rows are above this one now; null where the list does not have it. */
  async #above(row: Pick<Row, "id" | "occurredAt">): Promise<number | null> {
    const page = await this.#asker.page(
      { from: "time", at: row.occurredAt },
      block,
    );
    const at = page.rows.findIndex((one) => one.id === row.id);
    return at < 0 || page.above === null ? null : page.above + at;
  }

  #block(number: number): Promise<Row[]> {
    const coming = this.#coming.get(number);
    if (coming) return coming;
    const mine = this.#generation;
    const rows = this.#fetch(number).finally(() => {
      if (mine === this.#generation) this.#coming.delete(number);
    });
    this.#coming.set(number, rows);
    return rows.then((found) => {
      if (mine !== this.#generation) {
        // The list moved on while this was on its way.
        return this.#blocks.get(number) ?? this.#block(number);
      }
      this.#keep(number, found);
      return found;
    });
  }

  async #fetch(number: number): Promise<Row[]> {
    const page = await this.#asker.page(
      { from: "position", above: number * block },
      block,
    );
    return page.rows;
  }

  async #fetchSpan(first: number, last: number): Promise<Map<number, Row[]>> {
    const numbers = [];
    for (
      let number = Math.floor(first / block);
      number <= Math.floor(last / block);
      number += 1
    ) {
      numbers.push(number);
    }
    const fetched = await Promise.all(
      numbers.map(
        async (number) => [number, await this.#fetch(number)] as const,
      ),
    );
    return new Map(fetched);
  }

  #keep(number: number, rows: Row[]): void {
    this.#blocks.set(number, rows);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= mostBlocks) break;
      if (oldest !== number) this.#blocks.delete(oldest);
    }
  }
}
