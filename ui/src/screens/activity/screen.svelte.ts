// What the Activity screen holds together: the log, the open story, kept views, an export, and the
// address that says the same, so that going away and coming back loses nothing.
import type { Connection, Filter, FoundContact, Line, Row } from "../../host";
import { filterOf, noFilter, queryOf } from "../../frame/activity-filter";
import { asked } from "../../frame/asked";
import type { Feed } from "../../frame/feed.svelte";
import type { Router } from "../../frame/router.svelte";
import type { Toasts } from "../../frame/toasts.svelte";
import { ContactFinder } from "./contact-finder.svelte";
import { Export } from "./export.svelte";
import type { ActivityHost } from "./host";
import { KeptViews, sameFilter } from "./kept-views.svelte";
import { ActivityLog, type RowName } from "./log.svelte";
import { OpenStory } from "./story.svelte";
import { who } from "./words";

/** An address changes once the typing pauses; engines refuse to change it many times a second. */
const settled = 400;

export class ActivityScreen {
  readonly log: ActivityLog;
  readonly story: OpenStory;
  readonly views: KeptViews;
  readonly exporting: Export;
  readonly finder: ContactFinder;
  lines = $state.raw<Line[]>([]);
  #contactNames = $state.raw<Record<string, string>>({});
  readonly #host: ActivityHost;
  readonly #router: Router;
  readonly #toasts: Toasts;
  readonly #connection: number;
  #linesAsked = false;
  #amending: ReturnType<typeof setTimeout> | undefined;
  /** What the address says because we wrote it there. */
  #own: URLSearchParams | undefined;

  constructor(
    host: ActivityHost,
    connection: Pick<Connection, "id">,
    router: Router,
    toasts: Toasts,
  ) {
    this.#host = host;
    this.#router = router;
    this.#toasts = toasts;
    this.#connection = connection.id;
    this.log = new ActivityLog(host, connection.id);
    this.story = new OpenStory(host, connection.id, toasts);
    this.views = new KeptViews(host, connection.id);
    this.exporting = new Export(host, connection.id);
    this.finder = new ContactFinder(host, connection.id);
  }

  /** Listens, then asks. Answers with the way to stop. */
  start(feed: Feed): () => void {
    const stop = feed.listen((news) => {
      this.log.heard(news);
      const ours =
        news.what === "missed" ||
        ("connection" in news && news.connection === this.#connection);
      if (!ours) return;
      if (news.what !== "views") void this.story.reload();
      if (news.what !== "log") void this.views.refresh();
    });
    void this.views.refresh();
    return () => {
      stop();
      this.#amendNow();
      this.finder.close();
    };
  }

  /** The address leads somewhere: to a filter, to an event, to a message. */
  async follow(query: URLSearchParams): Promise<void> {
    // By now the keys may have gone on, and must not be led back.
    if (query === this.#own) return;
    this.#forgetAmending();
    const filter = filterOf(query);
    const first = this.log.state.state === "loading";
    const shown =
      first || !sameFilter(filter, this.log.filter)
        ? this.log.show(filter)
        : Promise.resolve();
    const event = await this.#eventOf(query);
    if (event !== null && event !== this.story.event) {
      await Promise.all([this.story.open(event), shown]);
      const { view } = this.story;
      if (view.state === "ready" && view.story.row.id === event) {
        await this.log.open(view.story.row);
        await this.log.reveal(view.story.row);
      }
    }
    await shown;
  }

  filter(filter: Filter): void {
    void this.log.show(filter);
    this.#amendSoon();
  }

  clear(): void {
    this.filter(noFilter);
  }

  open(row: RowName): void {
    this.needLines();
    void this.story.open(row.id);
    void this.log.open(row);
    this.#amendSoon();
  }

  close(): void {
    this.story.close();
    this.log.close();
    this.#amendSoon();
  }

  /** Everything with the contact of a row. */
  onlyContact(row: Row): void {
    if (row.contactId === null) return;
    if (row.name) this.#name(row.contactId, row.name);
    this.filter({ ...noFilter, contact: row.contactId });
  }

  pickContact(contact: FoundContact): void {
    const name = contact.name || contact.email || contact.phone;
    if (name) this.#name(contact.id, name);
    this.finder.close();
    this.filter({ ...this.log.filter, contact: contact.id });
  }

  /** The name of a contact: as it was chosen, else as its newest event in the list has it. */
  contactName(id: string): string {
    const named = this.#contactNames[id];
    if (named) return named;
    void this.log.version;
    const first = this.log.known(0);
    return first?.contactId === id ? who(first) : `Contact ${id}`;
  }

  lineName(id: string): string {
    return this.lines.find((line) => line.id === id)?.label ?? id;
  }

  /** Lines have names that only Tuco knows: asked for once, when somebody wants to see them. */
  needLines(): void {
    if (this.#linesAsked) return;
    this.#linesAsked = true;
    void asked(this.#host.lines(this.#connection)).then((answer) => {
      if (answer.status === "ok") this.lines = answer.data;
      // Without an answer the ids stand for the names, and the next one asks again.
      else this.#linesAsked = false;
    });
  }

  /** A row of its own in a file: all of a contact, or that moment. */
  exportOf(row: Row): void {
    void this.exporting.start(
      row.contactId !== null
        ? { ...noFilter, contact: row.contactId }
        : {
            ...noFilter,
            kinds: [row.kind],
            from: row.occurredAt,
            to: row.occurredAt + 1,
          },
    );
  }

  async syncNow(): Promise<void> {
    const answer = await asked(this.#host.syncNow(this.#connection));
    if (answer.status === "error") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    }
  }

  /** Shows a contact in HubSpot, in the browser. */
  async openContact(contact: string): Promise<void> {
    const answer = await asked(
      this.#host.openContact(this.#connection, contact),
    );
    if (answer.status === "error") {
      this.#toasts.say(answer.error.message, { tone: "danger" });
    }
  }

  async #eventOf(query: URLSearchParams): Promise<number | null> {
    const message = query.get("message");
    if (message) {
      const answer = await asked(
        this.#host.eventOfMessage(this.#connection, message),
      );
      if (answer.status === "ok" && answer.data !== null) return answer.data;
      this.#toasts.say(
        answer.status === "ok"
          ? "This message is not in the log. It may be older than the first look-back."
          : answer.error.message,
        { tone: "warn" },
      );
      return null;
    }
    const event = query.get("event") ?? "";
    return /^\d{1,15}$/.test(event) ? Number(event) : null;
  }

  #name(contact: string, name: string): void {
    this.#contactNames = { ...this.#contactNames, [contact]: name };
  }

  #amendSoon(): void {
    this.#forgetAmending();
    this.#amending = setTimeout(() => this.#amendNow(), settled);
  }

  #forgetAmending(): void {
    clearTimeout(this.#amending);
    this.#amending = undefined;
  }

  /** Whoever leaves at once still finds the screen as it was left. */
  #amendNow(): void {
    if (this.#amending === undefined) return;
    this.#forgetAmending();
    const { event } = this.story;
    this.#router.amend("activity", {
      ...queryOf(this.log.filter),
      ...(event === undefined ? {} : { event: String(event) }),
    });
    this.#own = this.#router.query;
  }
}
