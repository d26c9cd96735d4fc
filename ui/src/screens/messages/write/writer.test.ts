import { describe, expect, it, vi } from "vitest";

import type { Draft, Preview, Sent, WritingHost } from "../host";
import { Writer } from "./writer.svelte";

const seen: Preview = {
  seen: "s1",
  text: "Hi Ana",
  fromFields: [],
  unresolved: [],
  segments: null,
  way: "iMessage",
  wayWhy: "",
  to: "+12025550101",
  line: "line_1",
  lineWhy: "",
  at: null,
  atWhy: "",
  attachments: [],
  refusals: [],
  overridden: [],
  warnings: [],
};

function host(
  preview: (draft: Draft) => Preview,
  send: (draft: Draft, seen: string) => Sent = () => ({
    answer: "accepted",
    send: 1,
    undoUntil: 10,
  }),
) {
  const sent: [Draft, string][] = [];
  const kept: Draft[] = [];
  const made = {
    keptMessages: () => Promise.resolve({ status: "ok", data: [] }),
    settings: () => Promise.resolve({ status: "ok", data: [] }),
    keepMessage: (_: number, draft: Draft) => {
      kept.push(draft);
      return Promise.resolve({ status: "ok", data: null });
    },
    forgetMessage: () => Promise.resolve({ status: "ok", data: null }),
    previewMessage: (_: number, draft: Draft) =>
      Promise.resolve({ status: "ok", data: preview(draft) }),
    sendMessage: (_: number, draft: Draft, of: string) => {
      sent.push([draft, of]);
      return Promise.resolve({ status: "ok", data: send(draft, of) });
    },
  } as unknown as WritingHost;
  return { made, sent, kept };
}

describe("writing to one person", () => {
  it("sends what the preview of the last letter showed", async () => {
    const { made, sent } = host((draft) => ({ ...seen, seen: draft.text }));
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "Hi" });
    writer.change({ text: "Hi Ana" });
    expect(await writer.send()).toEqual({ what: "sent", send: 1, until: 10 });
    expect(sent.map(([draft, of]) => [draft.text, of])).toEqual([
      ["Hi Ana", "Hi Ana"],
    ]);
    expect(writer.draft.text).toBe("");
  });

  it("does not send what the guard refuses", async () => {
    const { made, sent } = host(() => ({
      ...seen,
      refusals: [
        {
          reason: "optedOut",
          sentence: "Ana opted out.",
          mayOverride: false,
          until: null,
        },
      ],
    }));
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "Hi" });
    expect(await writer.send()).toEqual({ what: "stopped" });
    expect(sent).toEqual([]);
    expect(writer.draft.text).toBe("Hi");
  });

  it("pressed twice at once sends once", async () => {
    const { made, sent } = host(() => seen);
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "Hi" });
    const both = await Promise.all([writer.send(), writer.send()]);
    expect(both.map((one) => one.what)).toEqual(["sent", "stopped"]);
    expect(sent).toHaveLength(1);
  });

  it("shows what would arrive instead, where it is not what was seen, and keeps the draft", async () => {
    const { made } = host(
      () => seen,
      () => ({ answer: "changed", preview: { ...seen, text: "Hi Anna" } }),
    );
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "Hi" });
    expect(await writer.send()).toEqual({ what: "changed" });
    expect(writer.preview?.text).toBe("Hi Anna");
    expect(writer.draft.text).toBe("Hi");
  });

  it("gives each message an intent of its own", async () => {
    const { made, sent } = host(() => seen);
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "One" });
    await writer.send();
    writer.change({ text: "Two" });
    await writer.send();
    const [one, two] = sent.map(([draft]) => draft.intent);
    expect(one).not.toBe(two);
  });

  it("keeps the draft when it is left", () => {
    const { made, kept } = host(() => seen);
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "Half a sent" });
    void writer.close();
    expect(kept.map((one) => one.text)).toEqual(["Half a sent"]);
  });

  it("mends a field without a value in its place", async () => {
    const { made } = host((draft) => ({
      ...seen,
      unresolved: draft.text.includes("{{contact.company}}")
        ? [
            {
              place: { from: 3, to: 22 },
              field: "contact.company",
              why: "Ana has no company.",
              instead: "{{contact.company|your practice}}",
            },
          ]
        : [],
    }));
    const writer = new Writer(made, 1, "7");
    writer.change({ text: "At {{contact.company}} now" });
    await vi.waitFor(() => expect(writer.preview?.unresolved).toHaveLength(1));
    const [field] = writer.preview?.unresolved ?? [];
    if (field) writer.mend(field);
    expect(writer.draft.text).toBe("At {{contact.company|your practice}} now");
  });
});
