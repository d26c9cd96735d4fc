// The people of a connection as the screen draws them: which list, what of it, and who is open.
import { asked, type Answer } from "../../frame/asked";
import { noAnswer } from "../../frame/feed.svelte";
import type { Toasts } from "../../frame/toasts.svelte";
import type { Problem } from "../../host";
import type {
  PeopleFilter,
  PeopleHost,
  PeopleList,
  Person,
  PersonRow,
  SyncState,
} from "./host";
import { PeopleRows, Refused } from "./people-rows";
import { lists } from "./words";

export type ListState =
  | { state: "loading" }
  /** Nobody at all is known yet. */
  | { state: "empty" }
  /** Nobody is in this list, or fits. */
  | { state: "nothing" }
  | { state: "ready" }
  | { state: "error"; problem: Problem };

export type OpenPerson =
  | { state: "closed" }
  | { state: "loading"; row: PersonRow | undefined }
  | { state: "ready"; person: Person }
  | { state: "error"; problem: Problem };

const pause = 200;

const first: PeopleFilter = {
  list: "linked",
  words: "",
  side: "both",
  ignored: false,
};

export class People {
  filter = $state.raw<PeopleFilter>(first);
  state = $state.raw<ListState>({ state: "loading" });
  counts = $state.raw<Record<PeopleList, number>>();
  count = $state(0);
  version = $state(0);
  current = $state(-1);
  opened = $state(-1);
  open = $state.raw<OpenPerson>({ state: "closed" });
  sync = $state.raw<SyncState>();
  /** What is being done to the person who is open. */
  doing = $state("");
  readonly #host: PeopleHost;
  readonly #connection: number;
  readonly #toasts: Toasts;
  #rows: PeopleRows | undefined;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #asked = 0;
  #openId: number | undefined;

  constructor(host: PeopleHost, connection: number, toasts: Toasts) {
    this.#host = host;
    this.#connection = connection;
    this.#toasts = toasts;
  }

  get openId(): number | undefined {
    return this.#openId;
  }

  getRow = (index: number): PersonRow | Promise<PersonRow> => {
    if (!this.#rows) throw new RangeError("There is no list yet.");
    return this.#rows.at(index);
  };

  known(index: number): PersonRow | undefined {
    return this.#rows?.known(index);
  }

  /** Goes to the list of the address, else to the first one that somebody is in. */
  async start(list: string | null): Promise<void> {
    const named = lists.find((one) => one.list === list)?.list;
    if (named) this.filter = { ...this.filter, list: named };
    await Promise.all([this.show(this.filter), this.readSync()]);
  }

  async readSync(): Promise<void> {
    const answer = await asked(this.#host.peopleSync(this.#connection));
    if (answer.status === "ok") this.sync = answer.data;
  }

  /** Shows what a filter lets through. What was shown stays until the answer is there. */
  async show(filter: PeopleFilter): Promise<void> {
    clearTimeout(this.#typing);
    const other = filter.list !== this.filter.list;
    this.filter = filter;
    this.#asked += 1;
    const mine = this.#asked;
    if (other || this.state.state !== "ready") {
      this.state = { state: "loading" };
    }
    const rows = new PeopleRows(this.#host, this.#connection, filter);
    try {
      const [counts] = await Promise.all([
        asked(this.#host.peopleCounts(this.#connection)),
        rows.open(),
      ]);
      if (mine !== this.#asked) return;
      if (counts.status === "ok") this.counts = counts.data;
      this.#take(rows);
    } catch (error) {
      if (mine !== this.#asked) return;
      this.state = {
        state: "error",
        problem: error instanceof Refused ? error.problem : noAnswer,
      };
    }
  }

  /** Words are looked for once the typing pauses. */
  type(words: string): void {
    this.filter = { ...this.filter, words };
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.show(this.filter), pause);
  }

  /** Something changed: the list and the person who is open are asked for again. */
  async refresh(): Promise<void> {
    await this.show(this.filter);
    if (this.#openId !== undefined) await this.#read(this.#openId, true);
  }

  async openPerson(id: number, row?: PersonRow): Promise<void> {
    this.#openId = id;
    this.opened = this.#rows?.find(id) ?? -1;
    this.open = { state: "loading", row };
    await this.#read(id, false);
  }

  close(): void {
    this.#openId = undefined;
    this.opened = -1;
    this.open = { state: "closed" };
  }

  /** Does something to the person who is open. Whether it was done. */
  async act(
    what: string,
    answer: Promise<Answer<Person>>,
    said: string,
    undo?: () => void,
  ): Promise<boolean> {
    this.doing = what;
    const got = await asked(answer);
    this.doing = "";
    if (got.status === "error") {
      this.#toasts.say(got.error.message, { tone: "danger" });
      return false;
    }
    this.#openId = got.data.row.id;
    this.open = { state: "ready", person: got.data };
    this.#toasts.say(said, undo ? { undo } : {});
    await this.show(this.filter);
    return true;
  }

  async #read(id: number, quiet: boolean): Promise<void> {
    const answer = await asked(this.#host.person(this.#connection, id));
    if (this.#openId !== id) return;
    if (answer.status === "ok") {
      this.open = { state: "ready", person: answer.data };
    } else if (!quiet) this.open = { state: "error", problem: answer.error };
  }

  #take(rows: PeopleRows): void {
    this.#rows = rows;
    this.count = rows.total;
    this.version += 1;
    this.current = Math.min(this.current, rows.total - 1);
    this.opened = this.#openId === undefined ? -1 : rows.find(this.#openId);
    const all = Object.values(this.counts ?? {}).some((many) => many > 0);
    this.state = {
      state: rows.total > 0 ? "ready" : all ? "nothing" : "empty",
    };
  }
}
