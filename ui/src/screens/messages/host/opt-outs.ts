// Who must not be written to, and what a person has to decide about it.
import type { Answer } from "../../../frame/asked";

export interface OptOut {
  id: number;
  contactId: string | null;
  /** May be empty. */
  name: string;
  /** Number or address. */
  address: string;
  since: number;
  by: "here" | "reply" | "tuco" | "hubSpot";
  /** In a sentence: who said or did what. */
  how: string;
  /** What is not written everywhere yet, in a sentence; empty once it is. */
  pending: string;
}

/** A reply that may ask for an end; sends to that person are held until somebody decides. */
export interface OptOutReview {
  id: number;
  contactId: string | null;
  name: string;
  address: string;
  /** What they wrote, whole. */
  text: string;
  at: number;
  /**
   * `freeWording`: it may be an opt-out, so sends are held. `harmless`: Tuco took it for one, and it
   * seems not to be.
   */
  kind: "freeWording" | "harmless";
  /** How many sends wait for the decision. */
  held: number;
}

export interface OptOutsHost {
  /** By name, number or address, newest first. */
  optOuts(
    connection: number,
    words: string,
    from: number,
    limit: number,
  ): Promise<Answer<{ rows: OptOut[]; total: number }>>;
  /** `who` is a contact's id, an e-mail address or a number. It holds here before this answers. */
  addOptOut(
    connection: number,
    who: string,
    why: string,
  ): Promise<Answer<OptOut>>;
  /** Here, in Tuco and in HubSpot; the answer says in a sentence what could not be lifted. */
  liftOptOut(
    connection: number,
    id: number,
    why: string,
  ): Promise<Answer<string>>;
  /** Oldest first. */
  optOutReviews(connection: number): Promise<Answer<OptOutReview[]>>;
  /** `optedOut`: it holds from now on. Otherwise the held sends go their way again. */
  decideReview(
    connection: number,
    id: number,
    optedOut: boolean,
  ): Promise<Answer<null>>;
}
