import { describe, expect, it, vi } from "vitest";

import { noFilter } from "../../frame/activity-filter";
import type { Filter, Page, PageStart, Row } from "../../host";
import { ActivityLog, type Drawn } from "./log.svelte";
import type { LogHost } from "./rows";

type Asked = Parameters<LogHost["activityPage"]>;

/** A log that answers as the store does: newest first, by time and then by id. */
class MadeUpLog {
  rows: Row[] = [];
  asked: Asked[] = [];
  failing = false;

  constructor(many: number) {
    for (let id = 1; id <= many; id += 1) this.arrives(id * 1000);
  }

  arrives(at: number, more: Partial<Row> = {}): Row {
    const id = this.rows.length + 1;
    const row: Row = {
      id,
      messageId: `m${String(id)}`,
      kind: "reply",
      channel: "sms",
      name: `Person ${String(id)}`,
      address: null,
      text: `Text ${String(id)}`,
      textGoesOn: false,
      files: 0,
      stage: "written",
      reason: null,
      reasonText: "",
      contactId: null,
      lineId: null,
      occurredAt: at,
      seenAt: at,
      ...more,
    };
    this.rows.push(row);
    return row;
  }

  readonly host: LogHost = {
    activityPage: (...question) => {
      this.asked.push(question);
      return Promise.resolve(
        this.failing
          ? {
              status: "error",
              error: { code: "disk", message: "The disk is full.", detail: "" },
            }
          : { status: "ok", data: this.#page(...question) },
      );
    },
    activityCount: (_connection, filter) =>
      Promise.resolve({
        status: "ok",
        data: filter.search ? null : this.#fitting(filter).length,
      }),
  };

  /** How many rows are above this one in the whole list. */
  place(row: Row): number {
    return this.#fitting(noFilter).findIndex((one) => one.id === row.id);
  }

  #fitting(filter: Filter): Row[] {
    const byArrival = Boolean(filter.search);
    return this.rows
      .filter(
        (row) =>
          row.text.includes(filter.search) &&
          (filter.stages.length === 0 || filter.stages.includes(row.stage)),
      )
      .sort((one, other) =>
        byArrival
          ? other.id - one.id
          : other.occurredAt - one.occurredAt || other.id - one.id,
      );
  }

  #page(
    _connection: number,
    filter: Filter,
    start: PageStart,
    limit: number,
  ): Page {
    const all = this.#fitting(filter);
    const after = (row: Row, at: number, id: number): boolean =>
      filter.search
        ? row.id < id
        : row.occurredAt < at || (row.occurredAt === at && row.id < id);
    let first = 0;
    let above: number | null = 0;
    if (start.from === "position") first = above = start.above;
    else if (start.from === "time") {
      first = all.findIndex((row) => row.occurredAt <= start.at);
      if (first < 0) first = all.length;
      above = first;
    } else if (start.from === "below") {
      first = all.findIndex((row) =>
        after(row, start.place.at, start.place.id),
      );
      if (first < 0) first = all.length;
      above = null;
    } else if (start.from === "above") {
      const end = all.findIndex((row) => row.id === start.place.id);
      first = Math.max(0, end - limit);
      const rows = all.slice(first, Math.max(0, end));
      return { rows, moreAbove: first > 0, moreBelow: true, above: null };
    }
    const rows = all.slice(first, first + limit);
    return {
      rows,
      moreAbove: first > 0,
      moreBelow: first + rows.length < all.length,
      above,
    };
  }
}

function drawn(): Drawn & { kept: number[]; shown: number[] } {
  const list = {
    kept: [] as number[],
    shown: [] as number[],
    keepPlace: (added: number) => void list.kept.push(added),
    toStart: () => undefined,
    show: (index: number) => void list.shown.push(index),
  };
  return list;
}

async function opened(
  many: number,
  filter: Partial<Filter> = {},
): Promise<{
  store: MadeUpLog;
  log: ActivityLog;
  list: ReturnType<typeof drawn>;
}> {
  const store = new MadeUpLog(many);
  const log = new ActivityLog(store.host, 1);
  const list = drawn();
  log.attach(list);
  await log.show({ ...noFilter, ...filter });
  log.viewed(0, 19);
  return { store, log, list };
}

/** Which events stand at some numbers of the list. */
async function ids(log: ActivityLog, ...numbers: number[]): Promise<number[]> {
  const rows = await Promise.all(numbers.map((at) => log.getRow(at)));
  return rows.map((row) => row.id);
}

describe("the log", () => {
  it("has every row under its number, and asks for no more than is wanted", async () => {
    const { store, log } = await opened(1000);
    expect(log.count).toBe(1000);
    expect(await ids(log, 0, 1, 499, 999)).toEqual([1000, 999, 501, 1]);
    // The first block, and one for each jump.
    expect(store.asked).toHaveLength(3);
    expect(store.asked.every(([, , , limit]) => limit <= 100)).toBe(true);
  });

  it("asks once for a block that is wanted twice at a time", async () => {
    const { store, log } = await opened(1000);
    store.asked = [];
    await ids(log, 300, 301, 302, 399);
    expect(store.asked).toHaveLength(1);
  });

  it("grows at the top while it is followed", async () => {
    const { store, log } = await opened(500);
    store.arrives(999_000);
    await log.refresh();
    expect(log.count).toBe(501);
    expect(log.hidden).toBe(0);
    expect(await ids(log, 0, 1)).toEqual([501, 500]);
  });

  it("keeps what is read where it is, and counts what is new", async () => {
    const { store, log } = await opened(500);
    log.viewed(40, 60);
    const before = await ids(log, 40, 50, 60);
    for (let at = 0; at < 7; at += 1) store.arrives(900_000 + at);
    await log.refresh();
    expect(log.follow).toBe(false);
    expect(log.hidden).toBe(7);
    expect(log.count).toBe(500);
    expect(await ids(log, 40, 50, 60)).toEqual(before);
  });

  it("keeps its place also when a late event comes in below it or above it", async () => {
    const { store, log } = await opened(500);
    log.viewed(40, 60);
    const before = await ids(log, 40, 60);
    store.arrives(10_500); // far below
    store.arrives(499_500); // above, but not on top
    await log.refresh();
    expect(await ids(log, 40, 60)).toEqual(before);
    expect(log.hidden).toBe(1);
  });

  it("shows what is new when it is asked for, and follows again", async () => {
    const { store, log } = await opened(500);
    log.viewed(40, 60);
    store.arrives(999_000);
    await log.refresh();
    await log.goOn();
    expect(log.follow).toBe(true);
    expect(log.hidden).toBe(0);
    expect(log.current, "nobody chose a row").toBe(-1);
    expect(await ids(log, 0)).toEqual([501]);
  });

  it("lets new rows in above when somebody scrolls to the top, without moving what is there", async () => {
    const { store, log, list } = await opened(500);
    log.viewed(40, 60);
    store.arrives(999_000);
    store.arrives(999_001);
    await log.refresh();
    log.viewed(0, 19);
    await vi.waitFor(() => expect(list.kept).toEqual([2]));
    expect(log.hidden).toBe(0);
    expect(log.follow).toBe(false);
    // The list has put its place down by two; only its own top follows again.
    log.viewed(2, 21);
    log.viewed(0, 19);
    expect(log.follow).toBe(true);
  });

  it("keeps the chosen and the open row through updates", async () => {
    const { store, log } = await opened(500);
    log.current = 12;
    log.chose(12);
    await log.open({ id: 488, occurredAt: 488_000 });
    expect(log.opened).toBe(12);
    await log.goOn();
    log.current = 12;
    for (let at = 0; at < 3; at += 1) store.arrives(999_000 + at);
    await log.refresh();
    expect(log.current).toBe(15);
    expect(log.opened).toBe(15);
    expect(await ids(log, 15)).toEqual([488]);
  });

  it("goes on with the rows that are left when some leave the filter", async () => {
    const { store, log } = await opened(0);
    for (let at = 1; at <= 50; at += 1) {
      store.arrives(at * 1000, { stage: "waiting" });
    }
    await log.show({ ...noFilter, stages: ["waiting"] });
    log.viewed(10, 20);
    expect(await ids(log, 10)).toEqual([40]);
    // The ten newest were settled: what is on screen has nothing hidden to take their place.
    for (const row of store.rows.slice(40)) row.stage = "written";
    await log.refresh();
    expect(log.count).toBe(40);
    expect(await ids(log, 0)).toEqual([40]);
  });

  it("asks one question at a time, however often it is told", async () => {
    const { store, log } = await opened(500);
    store.asked = [];
    for (let times = 0; times < 50; times += 1) {
      log.heard({ what: "log", connection: 1, newest: 500 });
    }
    await vi.waitFor(() => expect(store.asked.length).toBeGreaterThan(1));
    await log.refresh();
    expect(store.asked.length).toBeLessThan(6);
  });

  it("asks again when notices were missed, and not for another connection", async () => {
    const { store, log } = await opened(500);
    store.arrives(999_000);
    store.asked = [];
    log.heard({ what: "log", connection: 2, newest: 501 });
    expect(store.asked).toHaveLength(0);
    log.heard({ what: "missed" });
    await vi.waitFor(() => expect(log.count).toBe(501));
  });

  it("keeps what it shows when the next answer is a problem, and says so", async () => {
    const { store, log } = await opened(500);
    store.failing = true;
    await log.refresh();
    expect(log.state.state).toBe("ready");
    expect(log.stale?.code).toBe("disk");
    expect(await ids(log, 0)).toEqual([500]);
    store.failing = false;
    await log.refresh();
    expect(log.stale).toBeNull();
  });

  it("says what is wrong when the first answer is a problem", async () => {
    const store = new MadeUpLog(5);
    store.failing = true;
    const log = new ActivityLog(store.host, 1);
    await log.show(noFilter);
    expect(log.state).toMatchObject({
      state: "error",
      problem: { code: "disk" },
    });
  });

  it("tells an empty log from a filter that nothing matches", async () => {
    expect((await opened(0)).log.state.state).toBe("empty");
    const nothing = await opened(5, { stages: ["failed"] });
    expect(nothing.log.state.state).toBe("nothing");
  });

  it("shows the answer to the last filter, whichever comes first", async () => {
    const { store, log } = await opened(500);
    let late: () => void = () => undefined;
    const real = store.host.activityPage;
    store.host.activityPage = async (...question) => {
      if (question[1].search === "Text 1") {
        await new Promise<void>((done) => (late = done));
      }
      return real(...question);
    };
    const first = log.show({ ...noFilter, search: "Text 1" });
    await log.show({ ...noFilter, search: "Text 12" });
    late();
    await first;
    expect(log.count).toBe(11); // 12 and 120 to 129
  });
});

describe("a search in the log", () => {
  it("grows as it is read, to its very end", async () => {
    const { log } = await opened(450, { search: "Text" });
    expect(log.counted).toBe(false);
    expect(await ids(log, 0, 199)).toEqual([450, 251]);
    expect(await ids(log, 205)).toEqual([245]);
    expect(await ids(log, 410)).toEqual([40]);
    expect(log.counted).toBe(true);
    expect(log.count).toBe(450);
    expect(await ids(log, 449)).toEqual([1]);
  });

  it("counts what is new above while it is read, and what it shows changes in place", async () => {
    const { store, log } = await opened(450, { search: "Text" });
    log.viewed(30, 50);
    store.arrives(999_000);
    const changed = store.rows[450 - 41];
    if (changed) changed.stage = "failed";
    await log.refresh();
    expect(log.hidden).toBe(1);
    const row = await log.getRow(40);
    expect([row.id, row.stage]).toEqual([410, "failed"]);
    await log.goOn();
    expect(await ids(log, 0)).toEqual([451]);
  });
});

describe("whatever arrives while somebody reads", () => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    "every number leads to its row, and what is on screen stays (%i)",
    async (seed) => {
      let state = seed + 7;
      const roll = (below: number): number => {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        return Math.floor((state / 2 ** 32) * below);
      };
      const { store, log, list } = await opened(200 + roll(3_000));
      for (let step = 0; step < 12; step += 1) {
        const first = 1 + roll(log.count - 30);
        log.viewed(first, first + 20);
        const before = await ids(log, first, first + 10, first + 20);
        list.kept.length = 0;
        for (let more = roll(40); more > 0; more -= 1) {
          store.arrives(1 + roll(3_500_000));
        }
        await log.refresh();
        const moved = list.kept.reduce((sum, by) => sum + by, 0);
        const now = await ids(
          log,
          first + moved,
          first + 10 + moved,
          first + 20 + moved,
        );
        // One that came in between two rows on screen may push those below it; the first one stays.
        expect(now[0]).toBe(before[0]);
        expect(log.count + log.hidden).toBe(store.rows.length);
        const at = roll(log.count);
        const row = await log.getRow(at);
        expect(store.place(row) - log.hidden).toBe(at);
      }
    },
  );
});
