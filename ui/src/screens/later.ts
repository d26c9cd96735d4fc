// The screens that are not needed for the first picture. Each comes, out of the program itself, when it
// is first asked for.

export const later = {
  activity: () => import("./activity/ActivityPage.svelte"),
  compose: () => import("./messages/ComposePage.svelte"),
  connections: () => import("./connections/ConnectionsPage.svelte"),
  mapping: () => import("./mapping/MappingPage.svelte"),
  people: () => import("./people/PeoplePage.svelte"),
  rules: () => import("./rules/RulesPage.svelte"),
  settings: () => import("./settings/SettingsPage.svelte"),
  setup: () => import("./setup/SetupPage.svelte"),
};
