// Rows that have the words that somebody typed, in the order of arrival. Nobody counts all matches of
// a word, so the list grows as it is read: below its end, the next page is asked for.
import type { Row } from "../../host";
import type { Asker, Rows, Shown } from "./rows";

/** What fills a large screen: an answer while somebody types, on the screen in one step. */
const screenful = 50;
const pageSize = 200;
/** The most that one question may ask for. */
const most = 500;
/** Rows that the list is longer than what is known, while there are more. */
const ahead = 40;
const beside = 12;

export class FoundRows implements Rows {
  hidden = 0;
  #rows: Row[] = [];
  #more = false;
  #coming: Promise<void> | undefined;
  readonly #asker: Asker;
  /** Called when the end moved, since the list is longer then. */
  readonly #grew: () => void;

  constructor(asker: Asker, grew: () => void) {
    this.#asker = asker;
    this.#grew = grew;
  }

  get count(): number {
    return this.#rows.length + (this.#more ? ahead : 0);
  }

  get counted(): boolean {
    return !this.#more;
  }

  async open(): Promise<void> {
    const page = await this.#asker.page({ from: "newest" }, screenful);
    this.#rows = page.rows;
    this.#more = page.moreBelow;
  }

  known(index: number): Row | undefined {
    return this.#rows[index];
  }

  at(index: number): Row | Promise<Row> {
    const known = this.known(index);
    if (known) return known;
    return this.#next().then(() => {
      const row = this.#rows[index];
      if (!row) throw new RangeError("The list is shorter than it was.");
      return row;
    });
  }

  async refresh(shown: Shown, follow: boolean): Promise<number> {
    if (follow || this.#rows.length === 0) {
      const size = Math.min(most, Math.max(screenful, this.#rows.length));
      const page = await this.#asker.page({ from: "newest" }, size);
      this.#rows = page.rows;
      this.#more = page.moreBelow;
      this.hidden = 0;
      return 0;
    }
    const from = Math.max(0, shown.first - beside);
    const to = Math.min(this.#rows.length - 1, shown.last + beside);
    const [top, first, last] = [0, from, to].map((at) => this.#rows[at]);
    if (!top || !first || !last) return 0;
    const [above, again] = await Promise.all([
      this.#asker.page({ from: "above", place: placeOf(top) }, most),
      this.#asker.page(
        // Just above the first one, so that it is in the answer too.
        { from: "below", place: { at: first.occurredAt, id: first.id + 1 } },
        to - from + 1,
      ),
    ]);
    const fresh = again.rows.filter((row) => row.id >= last.id);
    this.#rows = [
      ...this.#rows.slice(0, from),
      ...fresh,
      ...this.#rows.slice(to + 1),
    ];
    this.hidden = above.rows.length;
    return 0;
  }

  reveal(): number {
    // They are not here yet; whoever reveals them asks again.
    this.hidden = 0;
    return 0;
  }

  find(row: Pick<Row, "id">): Promise<number> {
    return Promise.resolve(this.#rows.findIndex((one) => one.id === row.id));
  }

  #next(): Promise<void> {
    this.#coming ??= this.#fetchNext().finally(() => {
      this.#coming = undefined;
    });
    return this.#coming;
  }

  async #fetchNext(): Promise<void> {
    const last = this.#rows.at(-1);
    if (!last || !this.#more) return;
    const page = await this.#asker.page(
      { from: "below", place: placeOf(last) },
      pageSize,
    );
    this.#rows = [...this.#rows, ...page.rows];
    this.#more = page.moreBelow;
    this.#grew();
  }
}

function placeOf(row: Row): { at: number; id: number } {
  return { at: row.occurredAt, id: row.id };
}
