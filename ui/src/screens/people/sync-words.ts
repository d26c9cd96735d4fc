// Which way people are kept in step, in a few words.
import type { SyncChoice } from "./host";

export function syncWords(choice: SyncChoice): string {
  if (choice.toTuco && choice.toHubSpot) return "Kept in step both ways";
  if (choice.toTuco) return "Kept in step to Tuco";
  if (choice.toHubSpot) return "Kept in step to HubSpot";
  return "People sync is off";
}

/** What is kept in step, without what is only read beside it. */
export function steps(choice: SyncChoice): string {
  const { toTuco, toHubSpot, createLeads, createContacts, which } = choice;
  return JSON.stringify({
    toTuco,
    toHubSpot,
    createLeads,
    createContacts,
    which,
  });
}

/** What is read beside people. */
export function read(choice: SyncChoice): string {
  const { companies, deals, tickets, engagements, objects } = choice;
  return JSON.stringify({ companies, deals, tickets, engagements, objects });
}

/** Whether anything is written by it. */
export function writes(choice: SyncChoice): boolean {
  return choice.toTuco || choice.toHubSpot;
}
