import { describe, expect, it, vi } from "vitest";

import type { Connection, News, Notice, Snapshot } from "../host";
import { Feed, type FeedHost } from "./feed.svelte";

function madeUp(): {
  host: FeedHost;
  tell: (...batch: Notice[]) => void;
  snapshot: ReturnType<typeof vi.fn>;
} {
  let told: (batch: Notice[]) => void = () => undefined;
  const answer = (sequence: number): { status: "ok"; data: Snapshot } => ({
    status: "ok",
    data: {
      sequence,
      now: 0,
      mode: "real",
      connections: [
        { id: 1, name: "Harbor Dental", state: { state: "paused" } },
      ] as Connection[],
      cannotWork: null,
    },
  });
  const snapshot = vi.fn().mockResolvedValue(answer(4));
  return {
    host: {
      subscribe: (heard) => {
        told = heard;
        return Promise.resolve({ status: "ok", data: null });
      },
      snapshot: snapshot as FeedHost["snapshot"],
    },
    tell: (...batch) => told(batch),
    snapshot,
  };
}

const settings: News = { what: "settings", connection: 1 };

describe("the feed", () => {
  it("passes news on once, and none that the snapshot has already", async () => {
    const { host, tell } = madeUp();
    const feed = new Feed(host);
    const heard: News[] = [];
    feed.listen((news) => heard.push(news));
    await feed.start();
    tell({ sequence: 4, news: settings }, { sequence: 5, news: settings });
    tell({ sequence: 5, news: settings });
    expect(heard).toHaveLength(1);
  });

  it("asks for a snapshot when a notice is missing, and not otherwise", async () => {
    const { host, tell, snapshot } = madeUp();
    const feed = new Feed(host);
    await feed.start();
    tell({ sequence: 5, news: settings });
    expect(snapshot).toHaveBeenCalledTimes(1);
    tell({ sequence: 7, news: settings });
    expect(snapshot).toHaveBeenCalledTimes(2);
  });

  it("tells the screens that something was missed, by a gap or by a snapshot that overtook it", async () => {
    const { host, tell, snapshot } = madeUp();
    const feed = new Feed(host);
    const heard: string[] = [];
    feed.listen((news) => heard.push(news.what));
    await feed.start();
    tell({ sequence: 7, news: settings });
    expect(heard).toEqual(["missed", "settings"]);
    await feed.refresh();
    const answer = (await host.snapshot()) as { data: Snapshot };
    snapshot.mockResolvedValue({
      ...answer,
      data: { ...answer.data, sequence: 9 },
    });
    await feed.refresh();
    tell({ sequence: 8, news: settings }, { sequence: 9, news: settings });
    expect(heard).toEqual(["missed", "settings", "missed"]);
  });

  it("keeps what it knows when a later answer does not come", async () => {
    const { host, tell, snapshot } = madeUp();
    const feed = new Feed(host);
    await feed.start();
    snapshot.mockRejectedValueOnce(new Error("gone"));
    tell({ sequence: 5, news: { what: "connections" } });
    await feed.refresh();
    expect(feed.known.state).toBe("ready");
    expect(feed.chosen?.name).toBe("Harbor Dental");
  });

  it("says so when the program never answered", async () => {
    const { host, snapshot } = madeUp();
    snapshot.mockRejectedValue(new Error("gone"));
    const feed = new Feed(host);
    await feed.start();
    expect(feed.known.state).toBe("error");
  });
});
