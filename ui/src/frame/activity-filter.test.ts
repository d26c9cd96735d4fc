import { describe, expect, it } from "vitest";

import { filterOf, noFilter, queryOf } from "./activity-filter";

describe("a filter as an address", () => {
  it("comes back as it went", () => {
    const filter = {
      ...noFilter,
      search: "größe & 50 %",
      kinds: ["sent" as const, "reply" as const],
      stages: ["waiting" as const],
      reasons: ["noContact" as const, "ambiguous" as const],
      line: "line_1",
      from: 0,
      to: 1_790_000_000_000,
    };
    const address = new URLSearchParams(queryOf(filter)).toString();
    expect(filterOf(new URLSearchParams(address))).toEqual(filter);
  });

  it("leaves out what nobody understands", () => {
    const query = new URLSearchParams("kind=reply+nonsense&from=soon&state=");
    expect(filterOf(query)).toEqual({ ...noFilter, kinds: ["reply"] });
  });
});
