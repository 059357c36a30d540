import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const A = "111122223333";
const key = { dt: "2026-06-10", account_id: A, region: "us-east-1", request_id: "r1" };
const EMPTY = { learned_owners: [], attribution_sources: [], identity_sources: [], call_matches: [], call_people: [] };
type Given = Readonly<Record<string, readonly Cells[]>>;
const record = (cells: Cells = {}): Cells => ({
  ...key,
  hour: 10,
  source_object: "a",
  source_line: 1,
  team: "core",
  principal_arn: "p1",
  ...cells,
});
/** Of each call, all asked at once: person, source, how many name somebody else, and whom the record names. What is told of r1 is told of each. */
async function people(calls: readonly Cells[], given: Given = {}) {
  const ids = calls.map((_, index) => `r${index + 1}`);
  const invocation_records = calls.map((call, index) => record({ ...call, request_id: ids[index] ?? "" }));
  const call_people = (given["call_people"] ?? []).flatMap((row) =>
    row["request_id"] === "r1" ? ids.map((request_id) => ({ ...row, request_id })) : [row],
  );
  const rows = await ask("views/invocations", {}, { ...EMPTY, ...given, invocation_records, call_people });
  return ids.map((id) => {
    const row = rows.find(({ request_id }) => request_id === id);
    return [row?.["person"], row?.["person_source"], row?.["disagreeing"], row?.["record_person"]];
  });
}
const person = async (call: Cells, given: Given = {}) => (await people([call], given))[0] ?? [];
/** Whom others name beside the log. */
const others = (cells: Cells): Given => ({ call_people: [{ ...key, ...cells }] });
const tag = (name: string): Given => ({
  learned_owners: [{ kind: "principal", id: "p1", from_day: "2026-06-10", to_day: "2026-06-10", place: 9, person: name }],
});
const role = { principal_type: "role", principal_name: "Dev", session_name: "ann" };
/** Every source of a person in the given order; one that is left out names nobody. */
const order = (...names: readonly string[]): Given => ({
  identity_sources: names.map((name, place) => ({ name, place, ...(name === "metadata" ? { metadata_key: "user" } : {}) })),
});
/** As docs/other-calls.md has it. */
const ALL = [
  "configured",
  "on_behalf_of",
  "sso_session",
  "iam_user",
  "session_name",
  "principal_tag",
  "telemetry",
  "device",
  "metadata",
];
const KEYED = order(...ALL);

describe("the person of a call", () => {
  it.each([
    ["a rule, where it is no name of the principal's own", { ...role, person: "boss" }, {}, ["boss", "configured", 0, "boss"]],
    [
      "Identity Center's session",
      { ...role, principal_type: "sso", person: "Ann@Example.com", session_name: "ann@example.com" },
      {},
      ["ann@example.com", "sso_session", 0, "ann@example.com"],
    ],
    [
      "an IAM user",
      { principal_type: "user", principal_name: "CI", session_name: "x", person: "ci" },
      {},
      ["ci", "iam_user", 0, "ci"],
    ],
    [
      "a federated user",
      { principal_type: "federated", principal_name: "fed", person: "fed" },
      {},
      ["fed", "iam_user", 0, "fed"],
    ],
    ["a session's name", { ...role, person: "Ann" }, {}, ["Ann", "session_name", 0, "Ann"]],
    ["a tag of the principal", role, tag("Tag@Example.com"), ["tag@example.com", "principal_tag", 0, "tag@example.com"]],
    ["a tag that is the session's name", role, tag("ANN"), ["ANN", "session_name", 0, "ANN"]],
    ["CloudTrail", role, others({ behalf_person: "b" }), ["b", "on_behalf_of", 0, undefined]],
    ["telemetry", role, others({ telemetry_person: "t" }), ["t", "telemetry", 0, undefined]],
    ["an installation", role, others({ device_person: "d" }), ["d", "device", 0, undefined]],
    ["nobody", role, {}, [undefined, "none", 0, undefined]],
  ] as const)("is named by %s", async (_, call, given, expected) => {
    expect(await person(call, given)).toEqual(expected);
    expect(await person(call, { ...KEYED, ...given })).toEqual(expected);
  });

  it("is named by request metadata under the key that is configured", async () => {
    const call = { ...role, request_metadata: "{user=Meta@Example.com, other=x}" };
    expect(await person(call, KEYED)).toEqual(["meta@example.com", "metadata", 0, "meta@example.com"]);
    expect(await person({ ...role, request_metadata: "{user=Plain}" }, KEYED)).toEqual(["Plain", "metadata", 0, "Plain"]);
    expect(await person({ ...role, request_metadata: "{user=}" }, KEYED)).toEqual([undefined, "none", 0, undefined]);
    // What was read as the person came from there.
    expect(await person({ ...call, person: "meta@example.com" }, KEYED)).toEqual([
      "meta@example.com",
      "metadata",
      0,
      "meta@example.com",
    ]);
    expect(await person(call)).toEqual([undefined, "none", 0, undefined]);
  });

  it.each([
    ["another call", { request_id: "r2" }],
    ["another account", { account_id: "444455556666" }],
    ["another region", { region: "eu-west-1" }],
    ["another day", { dt: "2026-06-11" }],
  ])("is not named by what is said of %s", async (_, cells) => {
    expect((await person(role, others({ telemetry_person: "t", ...cells })))[1]).toBe("none");
  });
});

describe("the order of those who name a person", () => {
  /** A call whose person each source names otherwise, but the record, which has one. */
  const given: Given = {
    ...tag("tagged"),
    ...others({ behalf_person: "behalf", telemetry_person: "told", device_person: "device" }),
  };
  const metadata = { request_metadata: "{user=meta}" };
  const kinds: Readonly<Record<string, Cells>> = {
    configured: { ...role, person: "recorded" },
    sso_session: { principal_type: "sso", session_name: "recorded", person: "recorded" },
    iam_user: { principal_type: "user", principal_name: "recorded", person: "recorded" },
    session_name: { principal_type: "role", session_name: "recorded", person: "recorded" },
  };
  const nameOf: Readonly<Record<string, string>> = {
    ...{ on_behalf_of: "behalf", principal_tag: "tagged", telemetry: "told", device: "device", metadata: "meta" },
  };

  it.each(ALL.filter((name) => !Object.hasOwn(kinds, name)))(
    "puts %s first where it is first, and last where it is last",
    async (first) => {
      const rest = ALL.filter((name) => name !== first);
      const calls = Object.values(kinds).map((call) => ({ ...call, ...metadata }));
      const found = await people(calls, { ...given, ...order(first, ...rest) });
      expect(found.map((each) => each.slice(0, 3))).toEqual(calls.map(() => [nameOf[first], first, 5]));
      const own = Object.keys(kinds);
      const last = await people(calls, { ...given, ...order(...own, ...rest.filter((name) => !own.includes(name)), first) });
      expect(last.map((each) => each.slice(0, 3))).toEqual(own.map((name) => ["recorded", name, 5]));
    },
  );

  it("is the documented one where a folder knows none", async () => {
    // Without what came before: each is the next.
    const steps: readonly (readonly [Cells, Given, string])[] = [
      [kinds["configured"] ?? {}, given, "configured"],
      [kinds["sso_session"] ?? {}, given, "on_behalf_of"],
      [
        kinds["sso_session"] ?? {},
        { ...tag("tagged"), ...others({ telemetry_person: "told", device_person: "device" }) },
        "sso_session",
      ],
      [
        kinds["iam_user"] ?? {},
        { ...tag("tagged"), ...others({ telemetry_person: "told", device_person: "device" }) },
        "iam_user",
      ],
      [
        kinds["session_name"] ?? {},
        { ...tag("tagged"), ...others({ telemetry_person: "told", device_person: "device" }) },
        "session_name",
      ],
      [role, { ...tag("tagged"), ...others({ telemetry_person: "told", device_person: "device" }) }, "principal_tag"],
      [role, others({ telemetry_person: "told", device_person: "device" }), "telemetry"],
      [role, others({ device_person: "device" }), "device"],
    ];
    for (const [call, all, source] of steps) expect((await person(call, all))[1]).toBe(source);
    for (const [call, all, source] of steps) expect((await person(call, { ...KEYED, ...all }))[1]).toBe(source);
  });

  it.each([
    ["sso", "sso_session"],
    ["user", "iam_user"],
    ["federated", "iam_user"],
    ["role", "session_name"],
  ])("has a place of its own for the name of each kind of principal: of %s %s", async (principal_type, own) => {
    const call = { principal_type, principal_name: "own", session_name: "own", person: "own" };
    const told = others({ telemetry_person: "told" });
    const rest = ["sso_session", "iam_user", "session_name"].filter((name) => name !== own);
    expect(await person(call, { ...told, ...order(own, "telemetry", ...rest) })).toEqual(["own", own, 1, "own"]);
    expect(await person(call, { ...told, ...order(...rest, "telemetry", own) })).toEqual(["told", "telemetry", 1, "own"]);
  });

  it("names nobody by what it leaves out, but tags, which then count as configured", async () => {
    const only = (name: string): Given => order(...ALL.filter((each) => each !== name));
    expect((await person(role, { ...others({ telemetry_person: "told" }), ...only("telemetry") }))[1]).toBe("none");
    expect((await person(role, { ...others({ device_person: "device" }), ...only("device") }))[1]).toBe("none");
    expect((await person(role, { ...others({ behalf_person: "behalf" }), ...only("on_behalf_of") }))[1]).toBe("none");
    const own = Object.keys(kinds);
    const none = await people(Object.values(kinds), order(...ALL.filter((each) => !own.includes(each))));
    expect(none.map(([, source]) => source)).toEqual(own.map(() => "none"));
    const tagged = { ...tag("tagged"), ...others({ behalf_person: "behalf" }) };
    expect((await person(role, { ...tagged, ...KEYED }))[1]).toBe("on_behalf_of");
    expect((await person(role, { ...tagged, ...only("principal_tag") }))[1]).toBe("principal_tag");
    expect((await person(role, { ...tag("tagged"), ...order("telemetry") }))[1]).toBe("none");
  });

  it("counts as one who names the same", async () => {
    const alike = { ...tag("ann"), ...others({ behalf_person: "ann", telemetry_person: "ann", device_person: "ann" }) };
    expect(await person({ ...role, person: "ann", request_metadata: "{user=ann}" }, { ...alike, ...KEYED })).toEqual([
      "ann",
      "on_behalf_of",
      0,
      "ann",
    ]);
  });
});
