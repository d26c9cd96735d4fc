// What the screens of connections ask of the host beyond what every program can. A part that the host
// does not have is not offered on any screen.
import type { Answer } from "../../frame/asked";
import type { Check, Host, Verdict } from "../../host";

/** Signing in in the browser, with an app of the user's own. */
export type SignInHost = Pick<
  Host,
  "signInGuide" | "signIn" | "signInByAddress" | "cancelSignIn"
>;

/** Where keys are kept, and why not in the keychain. */
export interface KeysKept {
  where: "keychain" | "file" | "session" | "locked";
  why: string;
}

export interface KeysHost {
  keysKept(): Promise<Answer<KeysKept>>;
  /** From now on in a file that only the passphrase opens. */
  keepInFile(passphrase: string): Promise<Answer<null>>;
  unlockKeys(passphrase: string): Promise<Answer<null>>;
}

/** A test that was made earlier. */
export interface KeptRun {
  id: number;
  at: number;
  verdict: Verdict;
  checks: Check[];
}

export interface TesterHost {
  /** Earlier tests of a connection, the newest first. */
  keptRuns(connection: number): Promise<Answer<KeptRun[]>>;
  /** Writes an entry to a contact and takes it away again, besides all that a test asks. */
  testWriting(
    connection: number,
    contact: string,
    told: (check: Check) => void,
  ): Promise<Answer<Verdict>>;
}

/** What became of a request that reached the listener. */
export type DeliveryVerdict =
  "taken" | "again" | "test" | "badSignature" | "refused";

export interface Delivery {
  id: number;
  at: number;
  event: string;
  verdict: DeliveryVerdict;
  /** In words; empty where the verdict says all. */
  why: string;
  latencyMs: number;
}

export interface Listener {
  on: boolean;
  /** Where it listens on this computer; empty while it is off. */
  local: string;
  /** The address of the user's tunnel or relay; empty without one. */
  tunnel: string;
  /** What Tuco has to call; empty without a tunnel. */
  address: string;
  registered: boolean;
  /** Two secrets hold while one takes the other's place. */
  rotating: boolean;
  deliveries: Delivery[];
}

export interface ListenerHost {
  listener(connection: number): Promise<Answer<Listener>>;
  changeListener(
    connection: number,
    on: boolean,
    tunnel: string,
  ): Promise<Answer<Listener>>;
  /** Makes a webhook in Tuco; its secret is kept before this answers. */
  registerListener(connection: number): Promise<Answer<Listener>>;
  rotateListenerSecret(connection: number): Promise<Answer<Listener>>;
  sendListenerTest(connection: number): Promise<Answer<Delivery>>;
}

export interface FieldsHost {
  /** Reads the portal's properties and lines anew. Answers with what was found, in words. */
  refreshFields(connection: number): Promise<Answer<string>>;
}

/** Everything beyond; a host may have any of it. */
export type ConnectionsHost = Partial<
  KeysHost & TesterHost & ListenerHost & FieldsHost
>;

function part<Part>(first: keyof Part & string) {
  return (host: object): Part | undefined =>
    first in host ? (host as Part) : undefined;
}

export const keysOf = part<KeysHost>("keysKept");
export const testerOf = part<TesterHost>("keptRuns");
export const listenerOf = part<ListenerHost>("listener");
export const fieldsOf = part<FieldsHost>("refreshFields");
