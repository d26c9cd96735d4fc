// Texts to be used again. They belong to the program and not to a connection: all of them share them.
import type { Answer } from "../../../frame/asked";
import type { WrittenFile } from "../../../host";

/** Something that the writer fills in when the template is used: `{{ask.NAME}}`. */
export interface TemplateVariable {
  /** Small letters, digits and underscores. */
  name: string;
  label: string;
  type: "text" | "number" | "money" | "date" | "time" | "choice";
  /** Of a choice. */
  choices: string[];
  /** What stands there at first; may be empty. */
  initial: string;
}

/** What can be changed of a template. */
export interface TemplateBody {
  /** Unique in its folder. */
  name: string;
  /** Empty: no folder. */
  folder: string;
  text: string;
  variables: TemplateVariable[];
}

export interface Template extends TemplateBody {
  id: number;
  favourite: boolean;
  version: number;
  changedAt: number;
  changedBy: string;
  /** How often it was sent. */
  uses: number;
}

export interface TemplateVersion extends TemplateBody {
  version: number;
  changedAt: number;
  changedBy: string;
}

/** What came of a file with templates. */
export interface ImportedTemplates {
  path: string;
  added: number;
  changed: number;
  /** Each with its reason. */
  leftOut: { name: string; why: string }[];
}

export interface TemplatesHost {
  /** All, by folder and name. */
  templates(): Promise<Answer<Template[]>>;
  /**
   * A new one without an id. `basedOn` is the version that was changed: where it is not the newest any
   * more the answer is `taken`, and nothing is lost.
   */
  saveTemplate(
    id: number | null,
    body: TemplateBody,
    basedOn: number,
  ): Promise<Answer<Template>>;
  favouriteTemplate(id: number, favourite: boolean): Promise<Answer<null>>;
  /** It leaves the list; `bringBackTemplate` brings it back. */
  removeTemplate(id: number): Promise<Answer<null>>;
  bringBackTemplate(id: number): Promise<Answer<null>>;
  /** Newest first. */
  templateVersions(id: number): Promise<Answer<TemplateVersion[]>>;
  /** Asks for a file. Cancelling answers with the code `cancelled`. */
  importTemplates(): Promise<Answer<ImportedTemplates>>;
  exportTemplates(): Promise<Answer<WrittenFile>>;
}
