// Who somebody is, and everything that was said between them and us, from both systems.
import type { Answer } from "../../../frame/asked";
import type { AttachedFile, MessageChannel } from "../../../host";

/** By which way a message goes. Unlike what is read from Tuco, it is always known. */
export type Way = "iMessage" | "sms" | "email";

/** The person's own time, and how sure we are of it. */
export interface RecipientZone {
  /** An IANA name. */
  zone: string;
  from: "property" | "areaCode" | "portal";
  /** In words, such as “from the area code 904”. Everything but a property is shown as a guess. */
  how: string;
}

/** Why nothing may be sent to somebody any more. */
export interface OptOutMark {
  since: number;
  by: "here" | "reply" | "tuco" | "hubSpot";
  /** In a sentence: “Ana replied STOP on 3 November.” */
  how: string;
}

export interface Recipient {
  contactId: string;
  /** May be empty. */
  name: string;
  email: string | null;
  phone: string | null;
  company: string | null;
  /** Owner, lifecycle stage and what is mapped, in the order of the mapping. */
  facts: { label: string; value: string }[];
  lastContactedAt: number | null;
  lastRepliedAt: number | null;
  zone: RecipientZone;
  optOut: OptOutMark | null;
  /** A reply that may ask for an end and waits for a person: its id in the reviews. */
  review: number | null;
  /** `notAsked` where the owner does not ask for consent. */
  consent: "given" | "missing" | "notAsked";
  /** Ways by which the person can be reached, best first. */
  ways: Way[];
}

/** Where a message of ours stands. Times in milliseconds. */
export type SendState =
  /** Nothing has left yet and Undo still works. */
  | { state: "undoable"; until: number }
  /** Kept here, goes out by itself. */
  | { state: "queued"; why: string; until: number | null }
  /** Handed to Tuco, which did not say more yet. */
  | { state: "atTuco" }
  /** Tuco has it and waits. */
  | {
      state: "waiting";
      why: "scheduled" | "cap" | "window" | "gap";
      until: number | null;
    }
  | { state: "sent"; at: number }
  | { state: "delivered"; at: number }
  /** No iMessage: it went, or should have gone, another way. */
  | { state: "fallback"; at: number; text: string }
  /** The reason and the next step, in sentences. */
  | { state: "failed"; at: number; why: string; next: string }
  /** The guard stopped it when its time came. */
  | { state: "refused"; at: number; reason: GuardReason; why: string }
  /** Nobody knows whether it went out: `settleSend` of `unknownSends` ends this. */
  | {
      state: "unknown";
      since: number;
      looks: number;
      nextLookAt: number | null;
    }
  | { state: "cancelled"; at: number; by: string };

/** The guard's reasons, in the order in which they count: the first that applies is the one. */
export type GuardReason =
  | "optedOut"
  | "optOutReview"
  | "contactGone"
  | "noConsent"
  | "noAddress"
  | "quietHours"
  | "lineInactive"
  | "lineAtCap"
  | "duplicate"
  | "tooMany"
  | "readOnly"
  | "wrongPortal"
  | "unresolved"
  | "emptyText"
  | "badAttachment";

export interface ThreadMessage {
  /** Stays the same while the states go on, also from our own send to what Tuco lists. */
  key: string;
  /** Our own send, as long as this program made it. */
  send: number | null;
  /** Its event in the log, once there is one. */
  event: number | null;
  direction: "in" | "out";
  way: MessageChannel;
  /** Name of the line; empty where nobody said. */
  line: string;
  /** Who pressed Send, or the rule that did; empty for what was sent elsewhere. */
  by: string;
  text: string;
  /** Only the first 200 characters are known. */
  cut: boolean;
  files: AttachedFile[];
  at: number;
  /** None for what came in. */
  state: SendState | null;
}

export interface Thread {
  /** Oldest first. */
  messages: ThreadMessage[];
  /** There are older ones. */
  more: boolean;
}

/** The lists that somebody is on in HubSpot. */
export interface OnLists {
  /** False where the key may not read lists; nothing is known then. */
  allowed: boolean;
  names: string[];
  /** It is on more than these. */
  more: boolean;
}

export interface PersonHost {
  /** Asks HubSpot, and answers with what is known here where HubSpot does not answer. */
  recipient(connection: number, contact: string): Promise<Answer<Recipient>>;
  /** Asked for when somebody wants to see them. */
  listsOfContact(connection: number, contact: string): Promise<Answer<OnLists>>;
  /** The newest fifty, or the fifty before this moment. */
  thread(
    connection: number,
    contact: string,
    before: number | null,
  ): Promise<Answer<Thread>>;
}
