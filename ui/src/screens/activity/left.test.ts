import { expect, it, vi } from "vitest";

import { noFilter } from "../../frame/activity-filter";
import type { Feed } from "../../frame/feed.svelte";
import { Router } from "../../frame/router.svelte";
import { Toasts } from "../../frame/toasts.svelte";
import { scriptedHost } from "../../scripted/host";
import { sceneOf } from "../../scripted/scene";
import { ActivityScreen } from "./screen.svelte";

it("what it wrote into the address itself leads nowhere", async () => {
  vi.useFakeTimers();
  location.hash = "#/activity";
  const now = Date.UTC(2026, 10, 21, 14, 2);
  const router = new Router("overview");
  const screen = new ActivityScreen(
    scriptedHost(sceneOf("ready", now), now),
    { id: 1 },
    router,
    new Toasts(),
  );
  await screen.follow(router.query);
  screen.open({ id: 2, occurredAt: now });
  vi.runAllTimers();
  vi.useRealTimers();
  expect(router.query.get("event")).toBe("2");
  screen.open({ id: 1, occurredAt: now });
  await screen.follow(router.query);
  expect(screen.story.event).toBe(1);
});

it("whoever leaves at once finds the screen as it was left", async () => {
  location.hash = "#/activity?kinds=reply";
  const now = Date.UTC(2026, 10, 21, 14, 2);
  const router = new Router("overview");
  const screen = new ActivityScreen(
    scriptedHost(sceneOf("ready", now), now),
    { id: 1 },
    router,
    new Toasts(),
  );
  const stop = screen.start({ listen: () => () => undefined } as never as Feed);
  await screen.follow(router.query);
  screen.filter({ ...noFilter, search: "roof" });
  router.go("overview", {});
  stop();
  expect(location.hash).toBe("#/overview");
  router.go("activity");
  expect(location.hash).toContain("roof");
});
