// What can set a rule off, as it is offered: the usual ones by their own name first.
import type { RuleField, RuleTrigger } from "../host";

export type TriggerKind =
  | "lifecycle"
  | "property"
  | "dealStage"
  | "ticketStage"
  | "created"
  | "list"
  | "closesWithin"
  | "dateAway"
  | "reply"
  | "fallback"
  | "failed"
  | "noReply"
  | "asked";

export const triggerChoices: { value: TriggerKind; label: string }[] = [
  { value: "lifecycle", label: "the lifecycle stage becomes" },
  { value: "property", label: "a field changes" },
  { value: "created", label: "a record is created" },
  { value: "list", label: "somebody joins a list" },
  { value: "dealStage", label: "a deal's stage becomes" },
  { value: "closesWithin", label: "a deal closes soon" },
  { value: "ticketStage", label: "a ticket's stage becomes" },
  { value: "dateAway", label: "a date is so many days away" },
  { value: "reply", label: "somebody replies" },
  { value: "noReply", label: "nobody replies for days" },
  { value: "fallback", label: "a message falls back" },
  { value: "failed", label: "a message fails" },
  { value: "asked", label: "HubSpot asks for a message" },
];

const stages: Record<string, RuleField> = {
  lifecycle: { object: "contact", name: "lifecyclestage" },
  dealStage: { object: "deal", name: "dealstage" },
  ticketStage: { object: "ticket", name: "hs_pipeline_stage" },
};

export function kindOf(trigger: RuleTrigger): TriggerKind {
  switch (trigger.on) {
    case "property": {
      const { object, name } = trigger.field;
      const stage = Object.entries(stages).find(
        ([, field]) => field.object === object && field.name === name,
      );
      return trigger.change === "becomes" && stage
        ? (stage[0] as TriggerKind)
        : "property";
    }
    case "message":
      return trigger.told;
    default:
      return trigger.on;
  }
}

/** A trigger of a kind, as it is at first. */
export function triggerOf(kind: TriggerKind): RuleTrigger {
  switch (kind) {
    case "property":
      return {
        on: "property",
        field: { object: "contact", name: "" },
        change: "any",
        values: [],
      };
    case "created":
      return { on: "created", object: "contact" };
    case "list":
      return { on: "list", list: "", step: "joins" };
    case "closesWithin":
      return { on: "closesWithin", days: 7 };
    case "dateAway":
      return {
        on: "dateAway",
        field: { object: "contact", name: "" },
        days: 3,
      };
    case "noReply":
      return { on: "noReply", days: 3 };
    case "asked":
      return { on: "asked" };
    case "reply":
    case "fallback":
    case "failed":
      return { on: "message", told: kind };
    default:
      return {
        on: "property",
        field: stages[kind] ?? { object: "contact", name: "" },
        change: "becomes",
        values: [],
      };
  }
}
