// What tests of several screens do in the same way.
import { until, type Window } from "./driver";

/** How many events the log lists. */
export function listed(window: Window): Promise<number> {
  return window.script(
    "return Number(one('[role=listbox][aria-label=Events] [role=option]')?.ariaSetSize ?? 0)",
  );
}

/** Opens the newest event that is listed. */
export async function openFirst(window: Window): Promise<void> {
  // Esc goes from the search field into the list.
  await window.press("/", "Escape", "Home");
  await window.until(
    "the keys are on the first row",
    "const row = one('[role=option].current'); return row?.ariaPosInSet === '1' && one('[role=option].current time')",
  );
  await window.press("Enter");
  await window.sees(".drawer ol");
}

/** Goes to the cards of the connections, also from a view of one of them, which is remembered. */
export async function toConnections(window: Window): Promise<void> {
  await window.press("Escape");
  await window.press("g", "c");
  await window.until(
    "the connections are shown",
    `const shown = one("h1", "Connections") !== null;
     if (!shown && one("nav [aria-current=page]", "Connections")) one("main button", "All connections")?.click();
     return shown;`,
  );
  // What is looked up for a card makes it higher; whoever presses before that presses beside it.
  let end = -1;
  await until("the cards have their height", async () => {
    const before = end;
    end = await window.script<number>(
      "return all('main button').at(-1)?.getBoundingClientRect().bottom ?? 0",
    );
    await new Promise((go) => setTimeout(go, 150));
    return end === before;
  });
}

/** Waits for the end of a test of keys or of a connection, and shows what failed where something did. */
export async function everythingWorks(window: Window): Promise<void> {
  const failed = await window.until<{ checks: string[] }>(
    "the test is over",
    `const works = one("main", "Everything works.");
     const checks = all("main li[data-said='Does not work']").map((e) => e.textContent);
     return works || (checks.length > 0 && !one("main button[aria-busy=true]")) ? { checks } : null;`,
  );
  if (failed.checks.length > 0) throw new Error(failed.checks.join("\n"));
}
