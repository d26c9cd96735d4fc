// The seam to the Rust side, and the only importer of @tauri-apps. A screen is handed a `Host`; a
// test hands it one that is made up. Types and commands are generated: see ../bindings.ts.
import { Channel } from "@tauri-apps/api/core";

import {
  commands,
  type Check,
  type ExportProgress,
  type Filter,
  type Looked,
  type ManyDraft,
  type Notice,
  type SignInStep,
  type SignInWish,
} from "../bindings";

import type { MappingHost } from "../screens/mapping/host";
import type { PeopleHost } from "../screens/people/host";
import type { RulesHost } from "../screens/rules/host";
import { mappingHost, peopleHost, type PartCommand } from "./people";
import type { RuleCommand } from "./rules";

export type * from "../bindings";

type Commands = typeof commands;

/** A command that reports on its way takes a callback here in the place of a channel. */
interface Reporting {
  /** Everything that happens from now on, in batches. Subscribe, await, then ask for a snapshot. */
  subscribe(told: (batch: Notice[]) => void): ReturnType<Commands["subscribe"]>;
  checkKeys(
    keys: Parameters<Commands["checkKeys"]>[0],
    connection: number | null,
    told: (check: Check) => void,
  ): ReturnType<Commands["checkKeys"]>;
  checkConnection(
    connection: number,
    told: (check: Check) => void,
  ): ReturnType<Commands["checkConnection"]>;
  testWriting(
    connection: number,
    contact: string,
    told: (check: Check) => void,
  ): ReturnType<Commands["testWriting"]>;
  signIn(
    wish: SignInWish,
    told: (step: SignInStep) => void,
  ): ReturnType<Commands["signIn"]>;
  exportCsv(
    connection: number,
    filter: Filter,
    told: (progress: ExportProgress) => void,
  ): ReturnType<Commands["exportCsv"]>;
  dryRun(
    connection: number,
    draft: ManyDraft,
    told: (looked: Looked) => void,
  ): ReturnType<Commands["dryRun"]>;
}

/** Everything that the page can ask of the Rust side. */
export type Host = Omit<
  Commands,
  keyof Reporting | "contentReady" | PartCommand | RuleCommand
> &
  Reporting & {
    /** The first content is in the page: show the window. */
    contentReady(): Promise<unknown>;
  };

function channel<T>(told: (message: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = told;
  return channel;
}

export const host: Host & MappingHost & PeopleHost & RulesHost = {
  ...commands,
  ...mappingHost(commands),
  ...peopleHost(commands),
  subscribe: (told) => commands.subscribe(channel(told)),
  checkKeys: (keys, connection, told) =>
    commands.checkKeys(keys, connection, channel(told)),
  checkConnection: (connection, told) =>
    commands.checkConnection(connection, channel(told)),
  testWriting: (connection, contact, told) =>
    commands.testWriting(connection, contact, channel(told)),
  signIn: (wish, told) => commands.signIn(wish, channel(told)),
  exportCsv: (connection, filter, told) =>
    commands.exportCsv(connection, filter, channel(told)),
  dryRun: (connection, draft, told) =>
    commands.dryRun(connection, draft, channel(told)),
};
