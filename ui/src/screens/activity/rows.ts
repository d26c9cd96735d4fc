// A list of rows of which only parts are here. A list is held while somebody reads it: what arrives
// above stays hidden until it is asked for, so nothing moves under the eyes.
import type { Filter, Host, Page, PageStart, Problem, Row } from "../../host";
import { asked } from "../../frame/asked";

/** What the list needs of the host. */
export type LogHost = Pick<Host, "activityPage" | "activityCount">;

/** The rows on screen, by their numbers in the list. */
export interface Shown {
  first: number;
  last: number;
}

export interface Rows {
  /** How many rows the list has, as it is held; where more are to come, a few more than known. */
  readonly count: number;
  /** Whether `count` is all there is. */
  readonly counted: boolean;
  /** New rows above the first one, which are not shown yet. */
  readonly hidden: number;
  /** A row, at once where it is here. */
  at(index: number): Row | Promise<Row>;
  /** A row, where it is here. */
  known(index: number): Row | undefined;
  /** The first rows. */
  open(): Promise<void>;
  /**
   * Asks again for what is on screen. Held, the rows that are on screen keep their numbers; the
   * answer is by how much they could not.
   */
  refresh(shown: Shown, follow: boolean): Promise<number>;
  /** Shows what is hidden. Answers by how much the numbers of all rows grew. */
  reveal(): number;
  /** The number of a row in the list; -1 where the list does not have it. */
  find(row: Pick<Row, "id" | "occurredAt">): Promise<number>;
}

/** A command said no. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** The questions of one list: a connection and a filter. */
export class Asker {
  readonly #host: LogHost;
  readonly #connection: number;
  readonly #filter: Filter;

  constructor(host: LogHost, connection: number, filter: Filter) {
    this.#host = host;
    this.#connection = connection;
    this.#filter = filter;
  }

  async page(start: PageStart, limit: number): Promise<Page> {
    const answer = await asked(
      this.#host.activityPage(this.#connection, this.#filter, start, limit),
    );
    if (answer.status === "error") throw new Refused(answer.error);
    return answer.data;
  }

  async count(): Promise<number> {
    const answer = await asked(
      this.#host.activityCount(this.#connection, this.#filter),
    );
    if (answer.status === "error") throw new Refused(answer.error);
    return answer.data ?? 0;
  }
}
