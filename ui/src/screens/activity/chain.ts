// A story as the steps of a chain: titles of our own over the sentences of the Rust side.
import type { Kind, ReasonCode, StepName, Story, StoryStep } from "../../host";
import type { Step } from "../../parts/Chain.svelte";
import { exactTime } from "../../parts/words";

const reported: Record<Kind, string> = {
  reply: "Tuco reported a reply",
  sent: "Tuco sent it",
  delivered: "Tuco reported it delivered",
  opened: "Tuco reported it opened",
  fallback: "Tuco sent it another way",
  failed: "Tuco could not deliver it",
};

const noContact: Partial<Record<ReasonCode, string>> = {
  noContact: "Nobody in HubSpot has this address",
  ambiguous: "Several contacts fit",
  noAddress: "Tuco names no address",
  contactGone: "The contact is gone",
};

const titles: Record<
  Exclude<StepName, "tuco">,
  Record<StoryStep["state"], string>
> = {
  settings: {
    done: "The settings let it through",
    pending: "Nobody has looked at it yet",
    stopped: "It stays in the log",
    notReached: "The settings were not asked",
  },
  contact: {
    done: "The contact is known",
    pending: "The contact is being looked for",
    stopped: "No contact yet",
    notReached: "The contact was not looked for",
  },
  effect: {
    done: "A timeline entry was decided",
    pending: "A timeline entry is being decided",
    stopped: "No timeline entry",
    notReached: "No timeline entry yet",
  },
  hubSpot: {
    done: "It is in HubSpot",
    pending: "On its way to HubSpot",
    stopped: "It is not in HubSpot",
    notReached: "HubSpot was not asked",
  },
};

function titleOf(story: Story, step: StoryStep): string {
  if (step.name === "tuco") return reported[story.row.kind];
  const { reason } = story.row;
  if (step.name === "contact" && step.state === "stopped" && reason) {
    return noContact[reason] ?? titles.contact.stopped;
  }
  return titles[step.name][step.state];
}

function stateOf(story: Story, step: StoryStep): Step["state"] {
  switch (step.state) {
    case "done":
      return "done";
    case "pending":
      return "waiting";
    case "stopped":
      return story.row.stage === "failed" ? "failed" : "stopped";
    case "notReached":
      return "not-reached";
  }
}

const addressNames: Record<string, string> = {
  phone: "Phone",
  email: "E-mail",
  hs_contact_id: "HubSpot id",
};

/** `phone +12025550143` as what was looked for and what of it was found. */
function looked(words: string): { what: string; found: string } {
  const space = words.indexOf(" ");
  const name = words.slice(0, Math.max(0, space));
  return {
    what: addressNames[name] ?? (name || "Looked for"),
    found: space < 0 ? words : words.slice(space + 1),
  };
}

const writtenTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/gu;

/** Times of the Rust side, which are Greenwich's, as everywhere else on the screen. */
function withOwnTimes(text: string): string {
  return text.replace(writtenTime, (time) => exactTime(Date.parse(time)));
}

/** What to do in this window, where the Rust side names a command of the terminal. */
const todos: Partial<Record<ReasonCode, string>> = {
  kindOff: "To mirror such events from now on, turn them on under Settings.",
  ambiguous:
    "Choose one below, or merge them in HubSpot. Under Settings the newest can decide by itself.",
  refused:
    "Mend the cause in HubSpot, then press Try again. Let it go, and it stays in the log only.",
  missingScopes:
    "Add the scope to the key in HubSpot, then press Try again. Connections, Test names what is missing.",
};

function todoOf(story: Story): string {
  const { reason } = story.row;
  if (story.parkedEffect !== null) {
    return reason === "missingScopes"
      ? (todos.missingScopes ?? "")
      : (todos.refused ?? "");
  }
  return (reason && todos[reason]) ?? withOwnTimes(story.advice);
}

export function stepsOf(story: Story): Step[] {
  return story.steps.map((step) => {
    const stopped = step.name === story.stoppedAt;
    const soughtHere = step.name === "contact" && story.lookedFor.length > 0;
    return {
      id: step.name,
      state: stateOf(story, step),
      title: titleOf(story, step),
      ...(step.name === "tuco" ? { at: story.row.occurredAt } : {}),
      // What a settled step would only say again in other words is left out.
      ...(step.state === "notReached" ? {} : { text: withOwnTimes(step.text) }),
      ...(soughtHere ? { looked: story.lookedFor.map(looked) } : {}),
      ...(stopped && story.advice ? { todo: todoOf(story) } : {}),
    };
  });
}

/** The whole story as text, to be pasted into a message to somebody who can help. */
export function asText(story: Story, time: (at: number) => string): string {
  const { row } = story;
  return [
    `${row.name ?? ""} ${row.address ?? ""}`.trim(),
    time(row.occurredAt),
    story.text,
    ...story.steps.map(
      (step) => `${titleOf(story, step)}: ${withOwnTimes(step.text)}`,
    ),
    story.stoppedAt === null ? "" : todoOf(story),
    story.correlationId ? `Correlation id: ${story.correlationId}` : "",
  ]
    .filter(Boolean)
    .join("\n");
}
