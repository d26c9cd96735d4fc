// The scopes of HubSpot that a key or an app needs, each with what it is for. The program's own table.
import { hubspotScopes } from "../../bindings";

export interface ScopeUse {
  scope: string;
  /** What can't be done without it. */
  use: string;
  needed: boolean;
}

export const scopes: ScopeUse[] = [...hubspotScopes];
