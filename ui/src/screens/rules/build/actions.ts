// What a rule can do, as it is offered.
import type { RuleAction } from "../host";

export type ActionKind = RuleAction["does"];

export const actionWords: Record<ActionKind, string> = {
  send: "send",
  sendAsked: "send what HubSpot asks for",
  setProperty: "set a field",
  assignOwner: "assign the owner",
  moveDeal: "move the deal",
  createTask: "make a task for the owner",
  addNote: "add a note",
  stopOthers: "stop other rules for this person",
  upsertLead: "create or update the lead",
  enrol: "enrol in a Tuco campaign",
  upsertContact: "create or update the contact",
  assignLine: "assign a line",
  addToList: "add to a list",
  removeFromList: "remove from a list",
};

export const actionChoices: { value: ActionKind; label: string }[] = (
  Object.keys(actionWords) as ActionKind[]
).map((value) => ({ value, label: actionWords[value] }));

/** An action of a kind, as it is at first. */
export function actionOf(kind: ActionKind): RuleAction {
  switch (kind) {
    case "send":
      return { does: "send", template: "", line: "any", way: null };
    case "setProperty":
      return {
        does: "setProperty",
        field: { object: "contact", name: "" },
        value: "",
      };
    case "assignOwner":
      return { does: "assignOwner", owner: "" };
    case "moveDeal":
      return { does: "moveDeal", stage: "" };
    case "createTask":
      return { does: "createTask", title: "", text: "", dueInDays: 1 };
    case "addNote":
      return { does: "addNote", text: "" };
    case "enrol":
      return { does: "enrol", campaign: "" };
    case "assignLine":
      return { does: "assignLine", line: "any" };
    case "addToList":
      return { does: "addToList", list: "" };
    case "removeFromList":
      return { does: "removeFromList", list: "" };
    default:
      return { does: kind };
  }
}
