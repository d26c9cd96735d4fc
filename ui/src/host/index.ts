// The seam to the Rust side, and the only importer of @tauri-apps. A screen is handed a `Host`; a
// test hands it one that is made up.
import { invoke } from "@tauri-apps/api/core";

/** What the program says about itself. */
export interface About {
  /** The version of the program, as in `0.1.0`. */
  version: string;
  /** The name of the command that does the work at this stage. */
  command: string;
}

/** Everything that the page can ask of the Rust side. */
export interface Host {
  about(): Promise<About>;
  /** The first content is in the page: show the window. */
  contentReady(): Promise<void>;
  /** The first frame after that is painted; `heading` is what it shows. */
  firstFrame(heading: string): Promise<void>;
}

export const host: Host = {
  about: () => invoke<About>("about"),
  contentReady: () => invoke("content_ready"),
  firstFrame: (heading) => invoke("first_frame", { heading }),
};
