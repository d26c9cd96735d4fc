// The scopes of HubSpot that a key or an app needs, each with what it is for.
export interface ScopeUse {
  scope: string;
  /** What can't be done without it. */
  use: string;
  needed: boolean;
}

export const scopes: ScopeUse[] = [
  {
    scope: "crm.objects.contacts.read",
    use: "Find contacts",
    needed: true,
  },
  {
    scope: "crm.objects.contacts.write",
    use: "Write timeline entries",
    needed: true,
  },
  {
    scope: "crm.schemas.contacts.write",
    use: "Make the key property that rules out a second entry",
    needed: false,
  },
  {
    scope: "crm.schemas.contacts.read",
    use: "See which properties a contact can have",
    needed: false,
  },
  {
    scope: "crm.objects.owners.read",
    use: "Name the owner of an entry",
    needed: false,
  },
];
