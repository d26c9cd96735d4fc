import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import {
  afterAll,
  afterEach,
  beforeEach,
  describe,
  expect,
  it,
  vi,
} from "vitest";

import App from "./App.svelte";
import { scriptedHost, type Scripted } from "./scripted/host";
import { later } from "./screens/later";
import { sceneOf } from "./scripted/scene";

const now = Date.UTC(2026, 10, 21, 14, 2);

beforeEach(() => {
  location.hash = "";
  // jsdom has neither; the page asks for both.
  vi.stubGlobal("matchMedia", () => ({
    matches: false,
    addEventListener: () => undefined,
  }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe(): void {}
      unobserve(): void {}
      disconnect(): void {}
    },
  );
});
afterEach(cleanup);
// The window brings its other screens once it stands, which must not outlive the tests.
afterAll(() => Promise.all(Object.values(later).map((screen) => screen())));

function open(scene: string): Scripted {
  const host = scriptedHost(sceneOf(scene, now), now);
  render(App, { host });
  return host;
}

describe("the window", () => {
  it("subscribes, then asks, and is shown only when its content is drawn", async () => {
    const host = scriptedHost(sceneOf("first", now), now);
    const shown = vi.fn(() => {
      // What is in the page at this moment is the first thing that a person sees.
      expect(document.body.textContent).toContain("Connect HubSpot and Tuco");
      return Promise.resolve();
    });
    render(App, { host: { ...host, contentReady: shown } });
    await waitFor(() => {
      expect(host.calls).toContain("firstFrame Tuco for HubSpot");
    });
    const asked = host.calls.filter(
      (call) => call === "subscribe" || call === "snapshot",
    );
    expect(asked.slice(0, 2)).toEqual(["subscribe", "snapshot"]);
    expect(shown).toHaveBeenCalledOnce();
  });

  it("is shown also when nothing can be done, with what to do", async () => {
    const host = open("broken");
    expect(await screen.findByText("Another copy is at work")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Try again" })).toBeTruthy();
    await waitFor(() => {
      expect(host.calls).toContain("contentReady");
    });
  });

  it("says what needs a person, and never that all is well beside it", async () => {
    open("busy");
    expect(
      (await screen.findAllByText("Working; 8 need a person")).length,
    ).toBeGreaterThan(0);
    expect(await screen.findByText("Needs a person")).toBeTruthy();
    expect(screen.queryByText("In step")).toBeNull();
  });

  it("names the sandbox on every screen", async () => {
    open("sandbox");
    expect(
      await screen.findByText("Nobody real is read or written to."),
    ).toBeTruthy();
    expect(
      screen.getByRole("button", { name: /Connection: .*Sandbox/ }),
    ).toBeTruthy();
  });

  it("follows a link into the portal that it names, and into no other", async () => {
    const host = open("busy");
    await screen.findByText("Needs a person");
    const link = {
      place: "compose",
      contact: "70000",
      template: null,
    } as const;
    host.tell({ what: "go", to: { ...link, portal: "1" } });
    await screen.findAllByText(
      "That link is for portal 1, which is not connected here.",
    );
    expect(location.hash).not.toContain("compose");
    const snapshot = await host.snapshot();
    const portal =
      snapshot.status === "ok" ? snapshot.data.connections[0]?.portalId : "";
    host.tell({ what: "go", to: { ...link, portal: portal ?? "" } });
    await waitFor(() => {
      expect(location.hash).toContain("compose?contact=70000");
    });
  });
});
