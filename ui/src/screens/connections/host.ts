// What the screens of connections ask of the host, a part at a time.
import type { Host } from "../../host";

/** Signing in in the browser, with an app of the user's own. */
export type SignInHost = Pick<
  Host,
  "signInGuide" | "signIn" | "signInByAddress" | "cancelSignIn"
>;

/** Where keys are kept, and moving them. */
export type KeysHost = Pick<
  Host,
  | "keysKept"
  | "keepInFile"
  | "keepInKeychain"
  | "unlockKeys"
  | "startKeysOver"
  | "changePassphrase"
>;

/** Testing a connection; every test is kept. */
export type TesterHost = Pick<
  Host,
  "checkConnection" | "testWriting" | "keptRuns"
>;

/** The webhook listener. */
export type ListenerHost = Pick<
  Host,
  | "listener"
  | "changeListener"
  | "registerListener"
  | "rotateListenerSecret"
  | "endListenerRotation"
  | "sendListenerTest"
>;

/** Reading anew what the portal and the workspace have. */
export type FieldsHost = Pick<Host, "refreshFields">;
