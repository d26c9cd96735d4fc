// Writing to one person: from the palette to sent by keyboard only, what stands in the way, and what
// becomes of a message.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { Scripted } from "../src/scripted/host";
import {
  closeSite,
  expectAccessible,
  expectNothingCutOff,
  openScene,
  openSite,
  picture,
  type Opened,
  type Site,
  type View,
} from "./site";

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => closeSite(site));

const sizes: View[] = (["light", "dark"] as const).flatMap((theme) => [
  { width: 1280, height: 800, theme },
  { width: 900, height: 600, theme },
]);

async function everywhere(
  name: string,
  place: string,
  then: (page: Page) => Promise<void>,
  scene = "busy",
): Promise<void> {
  for (const view of sizes) {
    const { page, complaints } = await openScene(site, scene, place, view);
    await page.locator("[data-heading]").first().waitFor();
    await then(page);
    await picture(
      page,
      `messages-${name}-${view.theme ?? ""}-${String(view.width)}`,
    );
    await expectNothingCutOff(page);
    if (view.width === 1280) await expectAccessible(page);
    expect(complaints).toEqual([]);
    await page.context().close();
  }
}

const open = (place: string, scene = "busy"): Promise<Opened> =>
  openScene(site, scene, place);

const editor = (page: Page) =>
  page.getByRole("textbox", { name: /Message to/ });
const arrives = (page: Page) =>
  page.getByRole("region", { name: "What arrives" });
const calls = (page: Page): Promise<string[]> =>
  page.evaluate(
    () => (window as unknown as { scripted: Scripted }).scripted.calls,
  );
/** How the host of messages answers from now on. */
const answering = (
  page: Page,
  answers: "yes" | "never" | "problem" | "empty",
): Promise<void> =>
  page.evaluate((how) => {
    (window as unknown as { scripted: Scripted }).scripted.messages.answers =
      how;
  }, answers);

async function arriveAt(
  page: Page,
  answers: "never" | "problem" | "empty",
  place: string,
): Promise<void> {
  await answering(page, answers);
  await page.evaluate((to) => {
    location.hash = `#/${to}`;
  }, place);
  await page.getByRole("heading", { name: "Compose" }).waitFor();
}

describe("the composer is whole in both themes and sizes", () => {
  it("with nobody chosen yet", () =>
    everywhere("start", "compose", async (page) => {
      await page.getByText("Under way and today").waitFor();
    }));

  it("finding somebody", () =>
    everywhere("finding", "compose", async (page) => {
      await page.getByRole("combobox", { name: "To" }).fill("a");
      await page.getByRole("combobox", { name: "To" }).fill("an");
      await page.getByRole("option").nth(1).waitFor();
    }));

  it("with a thread and a text whose fields are filled in", () =>
    everywhere("written", "compose?contact=70000", async (page) => {
      await editor(page).fill(
        "Hi {{contact.firstname|there}}, see you at {{company.name}} on {{contact.next_visit}}. Bring your insurance card, please.",
      );
      await arrives(page)
        .getByText(/see you at Harbor Dental Group/)
        .waitFor();
      await page.getByText(/Thursday at 3 works/).waitFor();
    }));

  it("with the lists that somebody is on", () =>
    everywhere("lists", "compose?contact=70000", async (page) => {
      // In a small window the panel is behind a button.
      if (page.viewportSize()?.width === 900) {
        await page.getByRole("button", { name: "Who this is" }).click();
      }
      const lists = page.getByRole("status", { name: "Lists in HubSpot" });
      await lists.getByRole("button", { name: "Show" }).click();
      await lists.getByText("Newsletter").waitFor();
    }));

  it("with the list of fields open", () =>
    everywhere("fields", "compose?contact=70000", async (page) => {
      await editor(page).fill("Hi ");
      await editor(page).pressSequentially("{{na");
      await page.getByRole("option", { name: /First name/ }).waitFor();
    }));

  it("with a field that has no value", () =>
    everywhere("unresolved", "compose?contact=70001", async (page) => {
      await editor(page).fill(
        "See you at {{company.name}}, {{contact.frstname}}",
      );
      await page.getByText(/has nothing in “Company name”/).waitFor();
    }));

  it("to somebody who opted out", () =>
    everywhere("opted-out", "compose?contact=70001", async (page) => {
      await editor(page).fill("Hi Ben, one more thing.");
      await page
        .getByText(/Nothing is sent to them/)
        .first()
        .waitFor();
    }));

  it("in quiet hours, while somebody says why", () =>
    everywhere("quiet-hours", "compose?contact=70008", async (page) => {
      await editor(page).fill("こんにちは、明日は大丈夫ですか？");
      await page.getByRole("button", { name: "Send all the same" }).click();
      await page.getByLabel("Why it is right to send now").waitFor();
    }));

  it("with every state that a message can have", () =>
    everywhere("states", "compose?contact=70004", async (page) => {
      await page.getByText("Outcome unknown").waitFor();
      await page.getByText("Sent another way").waitFor();
    }));

  it("to somebody whose name is hostile", () =>
    everywhere("hostile", "compose?contact=70013", async (page) => {
      await editor(page).fill("Hi {{contact.firstname}} {{7*7}}");
      await arrives(page).getByText(/<img/).waitFor();
    }));

  it("while the schedule is open", async () => {
    for (const view of sizes) {
      const { page } = await openScene(
        site,
        "busy",
        "compose?contact=70000",
        view,
      );
      await editor(page).fill("Hi");
      await page.getByRole("button", { name: "Schedule" }).click();
      await page.getByRole("dialog", { name: "When it goes" }).waitFor();
      await picture(
        page,
        `messages-schedule-${view.theme ?? ""}-${String(view.width)}`,
      );
      await expectNothingCutOff(page);
      if (view.width === 1280) await expectAccessible(page, "over");
      await page.context().close();
    }
  });

  it("offline", () =>
    everywhere(
      "offline",
      "compose?contact=70000",
      async (page) => {
        await page.getByText(/so nothing new is sent/).waitFor();
        await page.getByText(/Thursday at 3 works/).waitFor();
      },
      "offline",
    ));
});

describe.each([
  ["never", "loading"],
  ["problem", "error"],
  ["empty", "empty"],
] as const)("where the program answers with %s", (answers, state) => {
  it.each(["compose", "compose?contact=70000"])(
    `%s shows that it is ${state}`,
    async (place) => {
      for (const view of sizes) {
        const { page } = await openScene(site, "busy", "overview", view);
        await arriveAt(page, answers, place);
        if (state === "error") {
          await page
            .getByRole("button", { name: "Try again" })
            .first()
            .waitFor();
        } else if (state === "loading") {
          await page.locator("[aria-busy=true]").first().waitFor();
        } else if (place === "compose") {
          await page.getByText("Whom to write to?").waitFor();
        } else await page.getByText(/Nothing was said yet/).waitFor();
        await picture(
          page,
          `messages-${state}-${place.length > 8 ? "person" : "start"}-${view.theme ?? ""}-${String(view.width)}`,
        );
        await expectNothingCutOff(page);
        if (view.width === 1280) await expectAccessible(page);
        await page.context().close();
      }
    },
  );
});

describe("by keyboard only", () => {
  it("a message goes from the palette to sent, and is told until it is delivered", async () => {
    const { page, complaints } = await open("overview");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("ana r");
    await page
      .getByRole("option", { name: /Ana Ruiz/ })
      .first()
      .waitFor();
    const rows = page.getByRole("option");
    const at = await rows.evaluateAll((all) =>
      all.findIndex(
        (one) =>
          one.id !== "" &&
          one.textContent?.includes("Ana Ruiz") &&
          one.closest("[role=group]")?.getAttribute("aria-label") ===
            "Write to",
      ),
    );
    for (let step = 0; step < at; step += 1) {
      await page.keyboard.press("ArrowDown");
    }
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      () => document.activeElement?.tagName === "TEXTAREA",
    );
    await page.keyboard.type("Hi {{first");
    await page
      .getByRole("option", { name: /First name/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.keyboard.type(", Thursday at 3 it is.");
    await arrives(page).getByText("Hi Ana, Thursday at 3 it is.").waitFor();
    await page.keyboard.press("Control+Enter");
    // Whom, and in which portal.
    await page
      .getByText(/Goes to .*Ana Ruiz.*Harbor Dental Group/)
      .first()
      .waitFor();
    await page.getByText("Goes in 10 s").waitFor();
    expect(await editor(page).inputValue()).toBe("");
    for (const [state, shown] of [
      [{ state: "atTuco" }, "Sent to Tuco"],
      [{ state: "sent", at: 1 }, "Sent"],
      [{ state: "delivered", at: 1 }, "Delivered"],
    ] as const) {
      await page.evaluate((to) => {
        (
          window as unknown as { scripted: Scripted }
        ).scripted.messages.progress(to);
      }, state);
      await page
        .getByRole("region", { name: "The thread" })
        .getByRole("listitem")
        .last()
        .getByText(shown, { exact: true })
        .waitFor();
    }
    expect(
      (await calls(page)).filter((one) => one === "sendMessage 70000"),
    ).toHaveLength(1);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it("c begins a message, and Ctrl+; finds a template whose question is asked", async () => {
    const { page } = await open("activity");
    await page.getByRole("heading", { name: "Activity" }).waitFor();
    await page.keyboard.press("c");
    await page.waitForFunction(
      () => document.activeElement?.getAttribute("role") === "combobox",
    );
    await page.keyboard.type("ana r");
    await page.getByRole("option", { name: /Ana Ruiz/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(
      () => document.activeElement?.tagName === "TEXTAREA",
    );
    await page.keyboard.press("Control+;");
    await page.getByRole("combobox", { name: "Find a template" }).waitFor();
    await page.keyboard.type("appoint");
    await page.getByRole("option", { name: /Appointment/ }).waitFor();
    await picture(page, "messages-template-picker");
    await page.keyboard.press("Enter");
    await page.getByText("Fill in “time”.").waitFor();
    await page.getByLabel("Time", { exact: true }).fill("15:30");
    await arrives(page)
      .getByText(/Thursday at 15:30 with Dana/)
      .waitFor();
    await page.context().close();
  });

  it("Ctrl+Z in an empty text undoes the send, and the draft is as it was", async () => {
    const { page } = await open("compose?contact=70000");
    await editor(page).fill("Hi Ana");
    await arrives(page).getByText("Hi Ana").waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText("Goes in 10 s").waitFor();
    await page.keyboard.press("Control+z");
    await page.getByText("Cancelled", { exact: true }).waitFor();
    expect(await editor(page).inputValue()).toBe("Hi Ana");
    await page.context().close();
  });
});

describe("what stands in the way", () => {
  it("of an opt-out can't be answered for, and nothing is sent", async () => {
    const { page } = await open("compose?contact=70001");
    await editor(page).fill("Hi Ben, one more thing.");
    await page
      .getByText(/Nothing is sent to them/)
      .first()
      .waitFor();
    await page.keyboard.press("Control+Enter");
    await page
      .getByRole("alert")
      .getByText(/Opted out/)
      .waitFor();
    expect(
      await page.getByRole("button", { name: "Send all the same" }).count(),
    ).toBe(0);
    expect((await calls(page)).join()).not.toContain("sendMessage");
    await page.context().close();
  });

  it("of quiet hours wants a why, which is shown and can be taken back", async () => {
    const { page } = await open("compose?contact=70008");
    await editor(page).fill("こんにちは");
    await page.getByRole("button", { name: "Send all the same" }).click();
    const allow = page.getByRole("button", { name: "Allow" });
    expect(await allow.isDisabled()).toBe(true);
    await page.keyboard.type("She asked to hear tonight");
    await page.keyboard.press("Enter");
    await page.getByText(/You said: She asked to hear tonight/).waitFor();
    await page.getByRole("button", { name: "Take back" }).click();
    await page.getByRole("button", { name: "Send all the same" }).waitFor();
    await page.context().close();
  });

  it("of quiet hours can wait for the morning of whoever it is", async () => {
    const { page } = await open("compose?contact=70008");
    await editor(page).fill("こんにちは");
    await page.getByRole("button", { name: /^Send at / }).click();
    await page
      .getByRole("button", { name: "Schedule", exact: true })
      .last()
      .click();
    await page.getByText(/Scheduled for/).waitFor();
    await page.context().close();
  });

  it("is a field without a value, mended in its place", async () => {
    const { page } = await open("compose?contact=70001");
    await editor(page).fill("See you at {{company.name}}!");
    await page
      .getByRole("button", { name: "Write {{company.name|there}}" })
      .click();
    await arrives(page).getByText("See you at there!").waitFor();
    expect(await editor(page).inputValue()).toBe(
      "See you at {{company.name|there}}!",
    );
    await page.context().close();
  });

  it("is a change since somebody looked: what arrives is shown anew and not sent", async () => {
    const { page } = await open("compose?contact=70000");
    await editor(page).fill("Hi {{contact.firstname}} (changed)");
    await arrives(page)
      .getByText(/Hi Ana/)
      .waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByText(/Something changed since you looked/).waitFor();
    expect(await editor(page).inputValue()).not.toBe("");
    await page.context().close();
  });

  it("of a file of this computer is said where it is dropped", async () => {
    const { page } = await open("compose?contact=70000");
    await editor(page).evaluate((area) => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], "scan.pdf"));
      area.dispatchEvent(
        new DragEvent("drop", { dataTransfer: data, bubbles: true }),
      );
    });
    await page.getByText(/A file of this computer can't be attached/).waitFor();
    await page.getByLabel("Address of a file").fill("C:\\scan.pdf");
    await page
      .getByRole("button", { name: "Attach", exact: true })
      .last()
      .click();
    await page.getByText(/This is a file of this computer/).waitFor();
    await page
      .getByLabel("Address of a file")
      .fill("https://files.example/big.pdf");
    await page.keyboard.press("Enter");
    await page
      .getByText(/It is 41 MB; Tuco takes at most 25 MB/)
      .first()
      .waitFor();
    await expectAccessible(page, "over");
    await picture(page, "messages-attach");
    await page.context().close();
  });
});

describe("what is written", () => {
  it("is there again after leaving, and is listed among the drafts", async () => {
    const { page } = await open("compose?contact=70000");
    await editor(page).fill("Half a sentence");
    await page.getByRole("button", { name: "Somebody else" }).click();
    await page.getByRole("button", { name: /Half a sentence/ }).click();
    await page.waitForFunction(
      () => document.querySelector("textarea")?.value === "Half a sentence",
    );
    await page.context().close();
  });

  it("counts its SMS segments and names the letter that halves the room", async () => {
    const { page } = await open("compose?contact=70000");
    await page.getByRole("combobox", { name: /Channel/ }).click();
    await page.getByRole("option", { name: /SMS/ }).click();
    await editor(page).fill("a".repeat(161));
    await page.getByText(/2 SMS segments, 145 left/).waitFor();
    await editor(page).fill("Привет");
    await page
      .getByText(/1 SMS segment, 64 left, “П” halves the room/)
      .waitFor();
    await page.context().close();
  });
});

describe("a message of which nobody knows", () => {
  it("is looked up", async () => {
    const { page } = await open("compose?contact=70004");
    await page.getByRole("button", { name: "Look it up" }).click();
    await page.getByText("Delivered").first().waitFor();
    await page.context().close();
  });

  it("is decided by a person, for whom and in which portal", async () => {
    const { page } = await open("compose?contact=70004");
    await page.getByRole("button", { name: "Decide", exact: true }).click();
    await page.getByRole("button", { name: "It went out" }).click();
    await page.getByText(/Kept as sent to .*Harbor Dental Group/).waitFor();
    await expectAccessible(page, "over");
    await page.getByRole("button", { name: "Keep as sent" }).click();
    expect((await calls(page)).join()).toContain("settleSend");
    await page.context().close();
  });
});
