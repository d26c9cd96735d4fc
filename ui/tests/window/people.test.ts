// The mapping and people in the real window, against services in a process of their own: what the screens
// show is what the portal and the workspace hold, and what the dry run counted is what happens.
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { connect, Place, startServices, Window, type Services } from "./driver";

const place = new Place();
let services: Services;
let window: Window;

beforeAll(async () => {
  services = await startServices(40);
  const env = await connect(place, services);
  window = await Window.open(env, ["--size", "1280x800"]);
});
afterAll(async () => {
  await window.end();
  await services.end();
  place.remove();
});

/** What a command answers; a refusal is an error. */
async function asked<T>(command: string, words: object = {}): Promise<T> {
  const answer = await window.invoke(command, { connection: 1, ...words });
  if (!answer.done) throw new Error(JSON.stringify(answer.why));
  return answer.value as T;
}

describe("the mapping in the real window", () => {
  it("shows the portal's own properties, and keeps what is changed as a draft until it is applied", async () => {
    await window.press("g", "m");
    await window.sees("h1", "Mapping");
    await window.sees("main", "First name");
    await window.picture("people/mapping");
    const fields = await asked<{ properties: unknown[] }>("mapping_fields");
    expect(fields.properties.length).toBeGreaterThan(20);
    const held = await asked<{ rows: { id: number }[] }>("mapping");
    const rows = held.rows.slice(0, -1);
    await asked("keep_mapping_draft", { rows });
    const drafted = await asked<{ draft: unknown[] | null }>("mapping");
    expect(drafted.draft).toEqual(rows);
    const applied = await asked<{
      version: number;
      rows: unknown[];
      draft: unknown;
    }>("apply_mapping_draft", { typed: null });
    expect(applied.rows.length).toBe(rows.length);
    expect(applied.draft).toBe(null);
  });
});

describe("people in the real window", () => {
  it("are nobody at first, and are kept in step only after a dry run and the portal's name", async () => {
    await window.press("g", "p");
    await window.sees("h1", "People");
    await window.sees("main", "Nobody is known here yet");
    await window.picture("people/empty");
    const sync = await asked<{ choice: object }>("people_sync");
    const choice = { ...sync.choice, toTuco: true, createLeads: true };
    const run = await asked<{ typeName: string; read: number }>(
      "dry_run_sync",
      { choice },
    );
    expect(run.read).toBeGreaterThan(30);
    await expect(
      asked("change_sync", { choice, typed: null }),
    ).rejects.toThrow();
    await asked("change_sync", { choice, typed: run.typeName });
    await window.sees("[role=listbox][aria-label=People] [role=option]");
    await window.picture("people/linked");
  });

  it("are opened one by one, with both records side by side", async () => {
    await window.press("/", "Escape", "Home");
    await window.until(
      "the keys are on the first row",
      "return one('[role=option].current')?.ariaPosInSet === '1'",
    );
    await window.press("Enter");
    await window.sees(".drawer section[aria-label='Side by side']");
    await window.sees(".drawer", "How they came together");
    await window.picture("people/person");
  });
});
