import type { Need } from "../../host";
import type { Tone } from "../../parts/state";
import { count } from "../../parts/words";

/** One row of what needs a person: a word, a sentence and the verb of its button. */
export interface NeedWords {
  tone: Tone;
  word: string;
  text: string;
  verb: string;
}

/** What needs a person, in words. */
export function needWords({ kind, count: number }: Need): NeedWords {
  const one = number === 1;
  switch (kind) {
    case "ambiguous":
      return {
        tone: "warn",
        word: "Which contact?",
        text: one
          ? "One event fits several contacts. It waits until you say whose it is."
          : `${count(number)} events fit several contacts. They wait until you say whose they are.`,
        verb: "Choose",
      };
    case "noContact":
      return {
        tone: "warn",
        word: "No contact",
        text: one
          ? "One event is of somebody whose number or address nobody in HubSpot has."
          : `${count(number)} events are of people whose number or address nobody in HubSpot has.`,
        verb: "Link",
      };
    case "parked":
      return {
        tone: "danger",
        word: "Given up",
        text: one
          ? "HubSpot refused one entry. It was not written, and waits for you."
          : `HubSpot refused ${count(number)} entries. They were not written, and wait for you.`,
        verb: "Look",
      };
    case "optOutReview":
      return {
        tone: "warn",
        word: "Opt-out?",
        text: one
          ? "Somebody wrote what may mean no more messages. Sends to them are held until you decide."
          : `${count(number)} people wrote what may mean no more messages. Sends to them are held until you decide.`,
        verb: "Review",
      };
    case "pausedRule":
      return {
        tone: "danger",
        word: "Rule paused",
        text: one
          ? "One rule paused itself. It looks at nothing until you have seen why."
          : `${count(number)} rules paused themselves. They look at nothing until you have seen why.`,
        verb: "Look",
      };
    case "unknownSend":
      return {
        tone: "danger",
        word: "Unknown",
        text: one
          ? "Tuco did not answer a send. It was looked up and not sent again; say whether it went out."
          : `Tuco did not answer ${count(number)} sends. They were looked up and not sent again; say whether they went out.`,
        verb: "Decide",
      };
  }
}
