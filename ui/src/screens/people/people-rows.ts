// The rows of a list of which only parts are here. Row by row it goes on from the last one, by key; a
// scroll bar that jumps asks for a place. Far-away blocks are forgotten.
import { asked } from "../../frame/asked";
import type { Problem } from "../../host";
import type {
  PeopleFilter,
  PeopleHost,
  PeoplePage,
  PersonPlace,
  PersonRow,
} from "./host";

const block = 100;
const mostBlocks = 30;

/** The host said no. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

export class PeopleRows {
  total = 0;
  readonly #host: PeopleHost;
  readonly #connection: number;
  readonly #filter: PeopleFilter;
  readonly #blocks = new Map<number, PersonRow[]>();
  /** Where the block after one begins. */
  readonly #nexts = new Map<number, PersonPlace>();
  readonly #coming = new Map<number, Promise<PersonRow[]>>();

  constructor(host: PeopleHost, connection: number, filter: PeopleFilter) {
    this.#host = host;
    this.#connection = connection;
    this.#filter = filter;
  }

  async open(): Promise<void> {
    await this.#block(0);
  }

  known(index: number): PersonRow | undefined {
    return this.#blocks.get(Math.floor(index / block))?.[index % block];
  }

  at(index: number): PersonRow | Promise<PersonRow> {
    const known = this.known(index);
    if (known) return known;
    return this.#block(Math.floor(index / block)).then((rows) => {
      const row = rows[index % block];
      if (!row) throw new RangeError("The list is shorter than it was.");
      return row;
    });
  }

  /** The number of a person in what is here; -1 where they are not. */
  find(person: number): number {
    for (const [number, rows] of this.#blocks) {
      const at = rows.findIndex((row) => row.id === person);
      if (at >= 0) return number * block + at;
    }
    return -1;
  }

  #block(number: number): Promise<PersonRow[]> {
    const coming = this.#coming.get(number);
    if (coming) return coming;
    const rows = this.#fetch(number)
      .then((page) => {
        this.total = page.total;
        this.#keep(number, page);
        return page.rows;
      })
      .finally(() => this.#coming.delete(number));
    this.#coming.set(number, rows);
    return rows;
  }

  async #fetch(number: number): Promise<PeoplePage> {
    const place = this.#nexts.get(number - 1);
    const answer = await asked(
      this.#host.peoplePage(
        this.#connection,
        this.#filter,
        number === 0
          ? { from: "first" }
          : place
            ? { from: "after", place }
            : { from: "position", above: number * block },
        block,
      ),
    );
    if (answer.status === "error") throw new Refused(answer.error);
    return answer.data;
  }

  #keep(number: number, page: PeoplePage): void {
    this.#blocks.set(number, page.rows);
    if (page.next) this.#nexts.set(number, page.next);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= mostBlocks) break;
      if (oldest !== number) this.#blocks.delete(oldest);
    }
  }
}
