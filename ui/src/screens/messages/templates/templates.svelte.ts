// The shelf of templates. What is changed and not saved is kept for each of them while the page lives, so
// that looking at another one loses nothing.
import { asked, troubleOf } from "../../../frame/asked";
import type { Feed } from "../../../frame/feed.svelte";
import type { Problem } from "../../../host";
import type { ViewState } from "../../../parts/View.svelte";
import type {
  HeardNews,
  ImportedTemplates,
  Template,
  TemplateBody,
  TemplatesHost,
  TemplateVersion,
} from "../host";
import { once } from "../kept";

/** A new one is edited under this number. */
export const fresh = 0;

export interface Edit {
  body: TemplateBody;
  basedOn: number;
  changed: boolean;
}

export function bodyOf(template: TemplateBody): TemplateBody {
  const { name, folder, text, variables } = template;
  return { name, folder, text, variables };
}

/** Edits outlive the screen, for as long as the page does. */
const edits = $state<{ all: Record<number, Edit> }>({ all: {} });

export class TemplateShelf {
  view = $state.raw<ViewState<Template[]>>({ state: "loading" });
  words = $state("");
  /** With whom templates are shown filled in: the person last written to. */
  current = $state.raw<{ id: string; name: string }>();
  saving = $state(false);
  problem = $state.raw<Problem>();
  readonly templates = $derived(
    this.view.state === "ready" ? this.view.data : [],
  );
  readonly folders = $derived(
    once(this.templates.map((one) => one.folder))
      .filter(Boolean)
      .sort(),
  );
  readonly #host: TemplatesHost;
  readonly #stop: () => void;

  constructor(host: TemplatesHost, feed: Feed) {
    this.#host = host;
    this.#stop = feed.listen((news: HeardNews) => {
      if (news.what === "templates" || news.what === "missed") {
        void this.refresh();
      }
    });
    void this.refresh();
  }

  close(): void {
    this.#stop();
  }

  async refresh(): Promise<void> {
    const answer = await asked(this.#host.templates());
    if (answer.status === "ok") {
      this.view =
        answer.data.length === 0
          ? { state: "empty" }
          : { state: "ready", data: answer.data };
    } else if (this.view.state !== "ready") {
      this.view = {
        state: "error",
        trouble: troubleOf(answer.error, "The templates could not be read"),
      };
    }
  }

  /** What is being edited of a template, changed or not. */
  edit(id: number): Edit | undefined {
    const begun = edits.all[id];
    if (begun?.changed) return begun;
    if (id === fresh) {
      return {
        body: { name: "", folder: "", text: "", variables: [] },
        basedOn: 0,
        changed: false,
      };
    }
    const template = this.templates.find((one) => one.id === id);
    return template
      ? { body: bodyOf(template), basedOn: template.version, changed: false }
      : undefined;
  }

  isChanged(id: number): boolean {
    return edits.all[id]?.changed ?? false;
  }

  change(id: number, more: Partial<TemplateBody>): void {
    const edit = this.edit(id);
    if (!edit) return;
    this.problem = undefined;
    edits.all = {
      ...edits.all,
      [id]: { ...edit, body: { ...edit.body, ...more }, changed: true },
    };
  }

  discard(id: number): void {
    edits.all = Object.fromEntries(
      Object.entries(edits.all).filter(([one]) => Number(one) !== id),
    );
    this.problem = undefined;
  }

  /** Answers with what was saved; where it was not, `problem` says why and nothing is lost. */
  async save(id: number): Promise<Template | undefined> {
    const edit = this.edit(id);
    if (!edit || this.saving) return undefined;
    this.saving = true;
    const answer = await asked(
      this.#host.saveTemplate(
        id === fresh ? null : id,
        edit.body,
        edit.basedOn,
      ),
    );
    this.saving = false;
    if (answer.status === "error") {
      this.problem = answer.error;
      return undefined;
    }
    this.discard(id);
    await this.refresh();
    return answer.data;
  }

  async favour(template: Template): Promise<Problem | undefined> {
    return this.#then(
      this.#host.favouriteTemplate(template.id, !template.favourite),
    );
  }

  async remove(id: number): Promise<Problem | undefined> {
    return this.#then(this.#host.removeTemplate(id));
  }

  async bringBack(id: number): Promise<Problem | undefined> {
    return this.#then(this.#host.bringBackTemplate(id));
  }

  async versions(id: number): Promise<TemplateVersion[] | Problem> {
    const answer = await asked(this.#host.templateVersions(id));
    return answer.status === "ok" ? answer.data : answer.error;
  }

  async import(): Promise<ImportedTemplates | Problem> {
    const answer = await asked(this.#host.importTemplates());
    await this.refresh();
    return answer.status === "ok" ? answer.data : answer.error;
  }

  async export(): Promise<{ path: string } | Problem> {
    const answer = await asked(this.#host.exportTemplates());
    return answer.status === "ok" ? answer.data : answer.error;
  }

  async #then(
    done: ReturnType<TemplatesHost["removeTemplate"]>,
  ): Promise<Problem | undefined> {
    const answer = await asked(done);
    await this.refresh();
    return answer.status === "error" ? answer.error : undefined;
  }
}
