// Which way people are kept in step, in a few words.
import type { SyncChoice } from "./host";

export function syncWords(choice: SyncChoice): string {
  if (choice.toTuco && choice.toHubSpot) return "Kept in step both ways";
  if (choice.toTuco) return "Kept in step to Tuco";
  if (choice.toHubSpot) return "Kept in step to HubSpot";
  return "People sync is off";
}

/** Whether anything is written by it. */
export function writes(choice: SyncChoice): boolean {
  return choice.toTuco || choice.toHubSpot;
}
