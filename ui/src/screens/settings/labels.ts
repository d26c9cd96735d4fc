// Short names for settings; the engine's own sentence stands below each as its meaning. A setting
// that has no name here is shown under its key, so that none is ever missing.

export const labels: Record<string, string> = {
  "mirror.sent": "Sent messages",
  "mirror.reply": "Replies",
  "mirror.failed": "Failed messages",
  "mirror.fallback": "Fallbacks from iMessage",
  "mirror.delivered": "Delivery receipts",
  "mirror.opened": "Read receipts",
  "mirror.body": "Text of an entry",
  "mirror.look_back_days": "Days to look back at first",
  "match.several": "When several contacts fit",
  "phone.region": "Country of plain numbers",
  "keep.last_contacted": "Tuco last contacted",
  "keep.last_reply": "Tuco last reply",
  "keep.last_reply_text": "Tuco last reply text",
  "keep.imessage": "Reachable by iMessage",
  "send.lines": "Preferred lines",
  "send.sender": "Your name in a text",
  "send.fallback": "Where an iMessage fails",
  "quiet.hours": "Quiet hours",
  "quiet.from_hour": "Quiet from this hour",
  "quiet.until_hour": "Quiet until this hour",
  "quiet.zone_property": "Property with the time zone",
  "guard.most_a_week": "Messages to one person a week",
  "guard.consent_property": "Property that gives consent",
  "optout.property": "Property of yours that says no",
  "optout.hubspot": "Opt-outs in HubSpot",
  "rules.journal": "Rules hear of HubSpot’s change journal",
  "rules.in_entry": "What a message came from, on the timeline",
  "rules.lead_field": "What a message came from, on the lead",
  "poll.watched_seconds": "Seconds between rounds, window open",
  "poll.idle_seconds": "Seconds between rounds, window closed",
};

export const words: Record<string, string> = {
  full: "The whole text",
  summary: "Only that there was one",
  wait: "Wait for a person",
  newest_active: "Take the one changed last",
  none: "Nothing",
  tuco: "Tuco’s own text message",
  sms: "A text message from here, on the same line",
  task: "A task for the contact’s owner",
};

/** The groups, by the beginning of the key. */
export const groups: { title: string; text: string; prefixes: string[] }[] = [
  {
    title: "What is mirrored",
    text: "Which events become entries on the contact's timeline. The others stay in the log.",
    prefixes: ["mirror."],
  },
  {
    title: "Finding the contact",
    text: "How an event finds its contact in HubSpot.",
    prefixes: ["match.", "phone."],
  },
  {
    title: "Properties kept up to date",
    text: "Fields of the contact in HubSpot, for lists and reports there.",
    prefixes: ["keep."],
  },
  {
    title: "Sending",
    text: "What goes out from here.",
    prefixes: ["send."],
  },
  {
    title: "What is never sent",
    text: "What stands before every message, whoever sends it.",
    prefixes: ["quiet.", "guard.", "optout."],
  },
  {
    title: "Rules",
    text: "By which roads rules hear of changes, and where the name of what a message came from goes with it: a rule, a send to many, a campaign.",
    prefixes: ["rules."],
  },
  {
    title: "Rounds",
    text: "How often Tuco and HubSpot are asked.",
    prefixes: ["poll."],
  },
];
