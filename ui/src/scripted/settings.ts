import type { Setting } from "../host";

const toggle = (key: string, value: string, meaning: string): Setting => ({
  key,
  value,
  defaultValue: value,
  takes: { takes: "switch" },
  meaning,
  withoutEffect: "",
});

/** The settings of a connection, as they are from the start. */
export function settingsFromTheStart(): Setting[] {
  return [
    toggle(
      "mirror.sent",
      "on",
      "Messages that went out become timeline entries.",
    ),
    toggle("mirror.reply", "on", "Replies become timeline entries."),
    toggle(
      "mirror.failed",
      "on",
      "Messages that were given up become timeline entries.",
    ),
    toggle(
      "mirror.fallback",
      "on",
      "Messages that could not go by iMessage become timeline entries.",
    ),
    toggle(
      "mirror.delivered",
      "off",
      "Delivery receipts become timeline entries; else they stay in the log.",
    ),
    toggle(
      "mirror.opened",
      "off",
      "Read receipts become timeline entries; else they stay in the log.",
    ),
    {
      key: "mirror.body",
      value: "full",
      defaultValue: "full",
      takes: { takes: "word", words: ["full", "summary"] },
      meaning:
        "Whether an entry holds the whole text or only that there was one.",
      withoutEffect: "",
    },
    {
      key: "mirror.look_back_days",
      value: "30",
      defaultValue: "30",
      takes: { takes: "number", low: 0, high: 365 },
      meaning:
        "How far back the first round of a connection looks. Later changes do not reach further back.",
      withoutEffect: "",
    },
    {
      key: "match.several",
      value: "wait",
      defaultValue: "wait",
      takes: { takes: "word", words: ["wait", "newest_active"] },
      meaning:
        "Several contacts have the address and none was written to: leave it to a person, or take the owned one that changed last.",
      withoutEffect: "",
    },
    {
      key: "phone.region",
      value: "auto",
      defaultValue: "auto",
      takes: { takes: "region" },
      meaning:
        "The country of numbers that name none; auto guesses from the portal's time zone and currency.",
      withoutEffect: "",
    },
    toggle(
      "keep.last_contacted",
      "off",
      'Keep the property "Tuco last contacted" of a contact up to date.',
    ),
    toggle(
      "keep.last_reply",
      "off",
      'Keep the property "Tuco last reply" (when) up to date.',
    ),
    toggle(
      "keep.last_reply_text",
      "off",
      'Keep the property "Tuco last reply text" up to date.',
    ),
    toggle(
      "keep.imessage",
      "off",
      'Keep the property "Reachable by iMessage" up to date.',
    ),
    {
      key: "send.lines",
      value: "line_1",
      defaultValue: "",
      takes: { takes: "lines" },
      meaning:
        "The lines that are preferred for sending, the first one first; empty leaves it to Tuco.",
      withoutEffect: "",
    },
    toggle(
      "rules.journal",
      "off",
      "Rules hear of changes from HubSpot's change journal too, before a search shows them. It takes a sign-in with an app of your own.",
    ),
    toggle(
      "rules.in_entry",
      "off",
      "Timeline entries name what their message came from: a rule, a send to many or a campaign in Tuco.",
    ),
    {
      key: "rules.lead_field",
      value: "",
      defaultValue: "",
      takes: { takes: "leadField" },
      meaning:
        "The field of the lead in Tuco that gets the name of the rule, or of the send to many, whose message went out, such as customFields.sentByRule; empty is none.",
      withoutEffect: "",
    },
    {
      key: "poll.watched_seconds",
      value: "15",
      defaultValue: "15",
      takes: { takes: "number", low: 5, high: 3600 },
      meaning: "Time between rounds while somebody looks.",
      withoutEffect: "",
    },
    {
      key: "poll.idle_seconds",
      value: "60",
      defaultValue: "60",
      takes: { takes: "number", low: 15, high: 3600 },
      meaning: "Time between rounds otherwise.",
      withoutEffect: "",
    },
  ];
}

/** The scripted connections have keys that were pasted. */
export function withoutEffect(key: string, value: string): string {
  return key === "rules.journal" && value === "on"
    ? "HubSpot opens its change journal only to an app that somebody signed in with, not to a pasted key. Sign in with an app of your own, or turn rules.journal off. Rules go on by search meanwhile."
    : "";
}
