import { cleanup, render, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";

import App from "./App.svelte";
import type { Host } from "./host";

afterEach(cleanup);

function madeUpHost(about: Host["about"]) {
  const calls: string[] = [];
  const host: Pick<Host, "about" | "contentReady" | "firstFrame"> = {
    about,
    contentReady: () => {
      // What is in the page at this moment is the first thing that a person sees.
      calls.push(`shown with: ${document.body.textContent?.trim() ?? ""}`);
      return Promise.resolve();
    },
    firstFrame: (heading) => {
      calls.push(`painted: ${heading}`);
      return Promise.resolve();
    },
  };
  return { host, calls };
}

describe("the window", () => {
  it("is shown only when its content is drawn, and then says that it has painted", async () => {
    const { host, calls } = madeUpHost(() =>
      Promise.resolve({ version: "9.8.7", command: "tuco-hubspot" }),
    );
    render(App, { host });
    await waitFor(() => expect(calls).toHaveLength(2));
    expect(calls[0]).toContain("Version 9.8.7");
    expect(calls[1]).toBe("painted: Tuco for HubSpot");
  });

  it("names the command that does the work at this stage", async () => {
    const { host } = madeUpHost(() =>
      Promise.resolve({ version: "9.8.7", command: "tuco-hubspot" }),
    );
    render(App, { host });
    expect(await screen.findByText("tuco-hubspot demo")).toBeTruthy();
  });

  it("is shown also when the program does not answer, with the way out", async () => {
    const about = vi
      .fn<Host["about"]>()
      .mockRejectedValueOnce(new Error("no answer"))
      .mockResolvedValueOnce({ version: "9.8.7", command: "tuco-hubspot" });
    const { host, calls } = madeUpHost(about);
    render(App, { host });
    await waitFor(() => expect(calls).toHaveLength(2));
    expect(calls[0]).toContain("does not answer");

    screen.getByRole("button", { name: "Ask again" }).click();
    expect(await screen.findByText(/Version 9\.8\.7/)).toBeTruthy();
  });
});
