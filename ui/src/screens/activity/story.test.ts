import { describe, expect, it, vi } from "vitest";

import { noFilter } from "../../frame/activity-filter";
import { Toasts } from "../../frame/toasts.svelte";
import type { KeptView, Story } from "../../host";
import { Export } from "./export.svelte";
import type { ActivityHost } from "./host";
import { KeptViews, sameFilter } from "./kept-views.svelte";
import { OpenStory } from "./story.svelte";

const ok = <T>(data: T): Promise<{ status: "ok"; data: T }> =>
  Promise.resolve({ status: "ok", data });
const no = (message: string): Promise<never> =>
  Promise.resolve({
    status: "error",
    error: { code: "tooLate", message, detail: "" },
  } as never);

const storyOf = (event: number): Story =>
  ({ row: { id: event, stage: "written" } }) as Story;

describe("the open story", () => {
  it("shows the one that was opened last, whichever answer comes first", async () => {
    let late: () => void = () => undefined;
    const host = {
      eventStory: async (_connection: number, event: number) => {
        if (event === 1) await new Promise<void>((done) => (late = done));
        return ok(storyOf(event));
      },
    } as unknown as ActivityHost;
    const story = new OpenStory(host, 1, new Toasts());
    const first = story.open(1);
    await story.open(2);
    late();
    await first;
    expect(story.view).toMatchObject({ state: "ready", story: storyOf(2) });
  });

  it("says why something was not done, and does nothing twice at a time", async () => {
    const replay = vi.fn(() => no("It is in HubSpot already."));
    const host = {
      eventStory: (_connection: number, event: number) => ok(storyOf(event)),
      replay,
    } as unknown as ActivityHost;
    const story = new OpenStory(host, 1, new Toasts());
    await story.open(7);
    const [first, second] = await Promise.all([story.replay(), story.replay()]);
    expect([first, second]).toEqual([false, false]);
    expect(replay).toHaveBeenCalledTimes(1);
    expect(story.problem?.message).toBe("It is in HubSpot already.");
  });
});

describe("kept views", () => {
  it("keep the new name before they forget the old one", async () => {
    const calls: string[] = [];
    const view: KeptView = { id: 4, name: "Old", filter: noFilter };
    const views = new KeptViews(
      {
        keptViews: () => ok([view]),
        keepView: (_connection, name) => {
          calls.push(`keep ${name}`);
          return name === "Bad" ? no("Choose another name.") : ok(5);
        },
        forgetView: (_connection, id) => {
          calls.push(`forget ${String(id)}`);
          return ok(null);
        },
      },
      1,
    );
    expect(await views.rename(view, "New")).toBe(true);
    expect(await views.rename(view, "Bad")).toBe(false);
    expect(views.problem?.message).toBe("Choose another name.");
    expect(calls).toEqual(["keep New", "forget 4", "keep Bad"]);
  });

  it("know a filter whatever the order of its parts", () => {
    const one = { ...noFilter, kinds: ["reply" as const, "sent" as const] };
    const other = { ...noFilter, kinds: ["sent" as const, "reply" as const] };
    expect(sameFilter(one, other)).toBe(true);
    expect(sameFilter(one, noFilter)).toBe(false);
  });
});

describe("an export", () => {
  it("says how far it is, and ends quietly when it is stopped", async () => {
    let stop: () => void = () => undefined;
    const seen: unknown[] = [];
    const exporting: Export = new Export(
      {
        exportCsv: async (_connection, _filter, told) => {
          told({ rows: 500, of: 1000 });
          seen.push(exporting.now);
          await new Promise<void>((done) => (stop = done));
          return {
            status: "error",
            error: { code: "cancelled", message: "Cancelled.", detail: "" },
          };
        },
        cancelExport: () => {
          stop();
          return ok(null);
        },
      },
      1,
    );
    const whole = exporting.start(noFilter);
    await exporting.cancel();
    await whole;
    expect(seen).toEqual([
      {
        state: "running",
        progress: { rows: 500, of: 1000 },
        stopping: false,
      },
    ]);
    expect(exporting.now).toEqual({ state: "idle" });
  });
});
