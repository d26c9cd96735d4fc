import { beforeEach, describe, expect, it, vi } from "vitest";

import { scriptedMapping } from "../../scripted/mapping";
import { Editor } from "./editor.svelte";

const now = Date.UTC(2026, 10, 21, 14, 2);
let calls: string[];
let editor: Editor;

beforeEach(async () => {
  calls = [];
  editor = new Editor(scriptedMapping(calls, now, false, "yes"), 1);
  await editor.open();
});

const kept = (): string[] => calls.filter((call) => /Draft/.test(call));

describe("the draft", () => {
  it("begins as what holds, so that nothing is to be applied", () => {
    expect(editor.dirty).toBe(false);
    expect(editor.changed.size).toBe(0);
  });

  it("is kept by the program as soon as somebody pauses, once for many letters", async () => {
    for (const value of ["U", "Un", "Unk"]) {
      editor.update(
        13,
        { transforms: [{ kind: "default", value }] },
        "transform 0",
      );
    }
    await editor.settle();
    expect(kept()).toEqual(["keepDraft 16"]);
  });

  it("is given up by the program once it is what holds again", async () => {
    editor.update(6, { required: true });
    await editor.settle();
    editor.update(6, { required: false });
    await editor.settle();
    expect(kept()).toEqual(["keepDraft 16", "discardDraft"]);
    expect(editor.dirty).toBe(false);
  });

  it("counts what was changed, added and removed, and not what only moved", () => {
    editor.update(6, { required: true });
    editor.add(6);
    editor.remove(1);
    editor.move(4, 1);
    expect([editor.changed.size, editor.removed]).toEqual([2, 1]);
  });

  it("says why it could not be kept, and keeps it at the next change", async () => {
    const host = scriptedMapping(calls, now, false, "yes");
    const full = {
      code: "disk" as const,
      message: "The disk is full. Free some space, then go on.",
      detail: "",
    };
    const keepDraft = vi
      .fn(host.keepDraft.bind(host))
      .mockResolvedValueOnce({ status: "error", error: full });
    editor = new Editor({ ...host, keepDraft }, 1);
    await editor.open();
    editor.update(6, { required: true });
    await editor.settle();
    expect(editor.notKept).toEqual(full);
    editor.update(5, { required: true });
    await editor.settle();
    expect(editor.notKept).toBeNull();
  });
});

describe("undoing", () => {
  it("takes back what was typed in one go, whole", () => {
    for (const value of ["U", "Un", "Unk"]) {
      editor.update(
        13,
        { transforms: [{ kind: "default", value }] },
        "transform 0",
      );
    }
    editor.undo();
    expect(editor.row(13)?.transforms).toEqual([
      { kind: "default", value: "Unknown" },
    ]);
    expect(editor.past).toEqual([]);
  });

  it("brings a removed row back to its place, and does it again", () => {
    editor.remove(2);
    editor.undo();
    expect(editor.rows.map((row) => row.id).slice(0, 3)).toEqual([1, 2, 3]);
    editor.redo();
    expect(editor.rows.map((row) => row.id).slice(0, 2)).toEqual([1, 3]);
  });

  it("also takes back a discarded draft", async () => {
    editor.update(6, { required: true });
    await editor.settle();
    await editor.discard();
    expect(editor.dirty).toBe(false);
    editor.undo();
    expect(editor.row(6)?.required).toBe(true);
  });
});

describe("a new row", () => {
  it("has an id below zero that no other row has", () => {
    const ids = [editor.add(), editor.add(), editor.add(1)];
    expect(ids.every((id) => id < 0)).toBe(true);
    expect(new Set(editor.rows.map((row) => row.id)).size).toBe(
      editor.rows.length,
    );
  });

  it("is like another one, but writes no field twice", () => {
    const like = editor.row(4);
    const id = editor.add(4, like);
    expect(editor.row(id)?.source).toEqual(like?.source);
    expect(editor.row(id)?.lead).toBeNull();
  });
});
