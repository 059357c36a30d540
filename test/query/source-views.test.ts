import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);

describe("Kiro", () => {
  const line = (cells: Cells = {}): Cells => ({
    ...{
      period: "2026-06",
      usage_start: "2026-06-10 10:00",
      payer_account_id: B,
      account_id: A,
      product_code: "Kiro",
      currency_code: "USD",
    },
    ...{ usage_type: "USE1-Kiro-Pro", operation: "x", usage_amount: 1, unblended_cost: 2, line_item_type: "Usage" },
    ...cells,
  });
  const seen = async (cells: Cells, exchange_rates: readonly Cells[] = []) =>
    (await ask("views/kiro_charges", {}, { kiro_bill_lines: [line(cells)], exchange_rates }))[0];

  it.each([
    ["USE1-Kiro-Pro", "plan", "PRO"],
    ["USE1-Kiro-ProPlus", "plan", "PRO_PLUS"],
    ["USE1-Kiro-ProMax", "plan", "PRO_MAX"],
    ["USE1-Kiro-Power", "plan", "POWER"],
    ["USE1-Kiro-Credits", "overage", undefined],
    ["USE1-Kiro-Else", "other", undefined],
    ["USE1-Q-Pro", "other", "PRO"],
  ])("has the plan and kind of its wording %s: %s", async (usage_type, kind, plan) => {
    const row = await seen({ usage_type });
    expect([row?.["product"], row?.["kind"], row?.["plan"]]).toEqual(["kiro", kind, plan]);
  });

  it("is told from Amazon Q, snapshots and adjustments", async () => {
    expect(await seen({ product_code: "AmazonQ" })).toMatchObject({ product: "amazon-q", kind: "subscription" });
    expect(await seen({ operation: "q-developer-snapshot" })).toMatchObject({ kind: "snapshot" });
    const adjustments = [
      "Tax",
      "Credit",
      "Refund",
      "EdpDiscount",
      "BundledDiscount",
      "PrivateRateDiscount",
      "Discount",
      "SppDiscount",
    ];
    for (const line_item_type of adjustments)
      expect(await seen({ line_item_type, operation: "q-developer-snapshot" })).toMatchObject({ kind: "adjustment" });
  });

  it("names its user with or without the identity store", async () => {
    const user = async (resource_id: string) => (await seen({ resource_id }))?.["user_id"];
    expect(await user("arn:aws:identitystore::1:user/D-1234.ABC-1")).toBe("abc-1");
    expect(await user("arn:aws:identitystore::1:user/ABC-1")).toBe("abc-1");
    expect(await user("arn:aws:other::1:user/ABC-1")).toBeUndefined();
  });

  it("is in dollars by the rate of its period", async () => {
    const rates = [
      { currency_code: "EUR", period: "2026-06", usd_per_unit: "1.5" },
      { currency_code: "EUR", period: "2026-05", usd_per_unit: "9" },
      { currency_code: "INR", period: "2026-06", usd_per_unit: "8" },
    ];
    expect(await seen({}, rates)).toMatchObject({ billed_cost: usd(2), dt: "2026-06-10" });
    expect(await seen({ currency_code: "EUR" }, rates)).toMatchObject({ billed_cost: usd(3) });
    expect((await seen({ currency_code: "JPY" }, rates))?.["billed_cost"]).toBeUndefined();
  });

  it("is used by a person, client and profile on a day once, as the last report says", async () => {
    const row = (cells: Cells = {}): Cells => ({
      ...{
        dt: "2026-06-10",
        user_id: "u",
        client: "KIRO_IDE",
        profile_arn: "p",
        source_object: "b",
        source_item: 1,
        credits: 1,
        ...cells,
      },
    });
    const credits = async (...kiro_usage: readonly Cells[]) =>
      (await ask("views/kiro_days", {}, { kiro_usage })).map((each) => Number(each["credits"])).sort();
    expect(
      await credits(row(), row({ source_object: "c", credits: 2 }), row({ source_object: "c", source_item: 2, credits: 4 })),
    ).toEqual([2]);
    expect(await credits(row(), row({ model: "m", source_object: "c", credits: 2 }))).toEqual([1]);
    const others: readonly Cells[] = [{ dt: "2026-06-11" }, { user_id: "v" }, { client: "PLUGIN" }, { profile_arn: "q" }];
    for (const cells of others) expect(await credits(row(), row({ ...cells, credits: 2 }))).toEqual([1, 2]);
  });

  it("names people where no file does, if it names one", async () => {
    const identity_users = [{ user_id: "u1", person: "file@example.com" }];
    const kiro_usage: Cells[] = [
      ...[
        { user_id: "u1", person: "kiro@example.com" },
        { user_id: "u2", person: "two@example.com" },
        { user_id: "u2", person: "two@example.com" },
      ],
      ...[{ user_id: "u3", person: "a" }, { user_id: "u3", person: "b" }, { user_id: "u4" }],
    ];
    const rows = await ask("views/identity_people", {}, { identity_users, kiro_usage });
    expect(rows.sort((a, b) => (String(a["user_id"]) < String(b["user_id"]) ? -1 : 1))).toEqual([
      { user_id: "u1", person: "file@example.com", told_by: "file" },
      { user_id: "u2", person: "two@example.com", told_by: "kiro" },
    ]);
  });
});

describe("the client of a call", () => {
  const key = { dt: "2026-06-10", account_id: A, region: "us-east-1", request_id: "r1" };
  const event = { ...key, call_id: "c", client: "claude-code", client_version: "2", entrypoint: "cli" };
  const agent = { ...key, event_id: "e", client: "boto3", client_version: "1", entrypoint: "lib" };
  const client = async (call: Cells, traced_calls: readonly Cells[], api_calls: readonly Cells[]) => {
    const rows = await ask("views/call_clients", {}, { invocations: [{ ...key, ...call }], traced_calls, api_calls });
    return rows.map((row) => ["told_by", "client", "client_version", "entrypoint"].map((name) => row[name]));
  };
  const only = ({ client: _c, client_version: _v, entrypoint: _e, ...row }: Cells, cells: Cells = {}): Cells =>
    ({ ...row, ...cells }) as Cells;

  it("is told by telemetry, else by the request, else by CloudTrail; what one leaves open the next says", async () => {
    const body = { client_version: "3", entrypoint: "sdk" };
    expect(await client(body, [event], [agent])).toEqual([["event", "claude-code", "2", "cli"]]);
    expect(await client(body, [only(event)], [agent])).toEqual([["body", "claude-code", "3", "sdk"]]);
    expect(await client(body, [only(event, { client: "x" })], [agent])).toEqual([["event", "x", "3", "sdk"]]);
    expect(await client({}, [only(event, { client_version: "9" })], [agent])).toEqual([["event", "boto3", "9", "lib"]]);
    expect(await client({}, [only(event, { entrypoint: "9" })], [agent])).toEqual([["event", "boto3", "1", "9"]]);
    expect(await client({ client_version: "3" }, [], [agent])).toEqual([["body", "claude-code", "3", "lib"]]);
    expect(await client({ entrypoint: "sdk" }, [], [agent])).toEqual([["body", "claude-code", "1", "sdk"]]);
    expect(await client({}, [], [agent])).toEqual([["user_agent", "boto3", "1", "lib"]]);
    expect(await client({}, [], [only(agent)])).toEqual([["none", undefined, undefined, undefined]]);
    expect(await client({}, [], [])).toEqual([["none", undefined, undefined, undefined]]);
  });

  it("is that of the same call, of whose events the first that names one counts", async () => {
    for (const cells of [{ dt: "2026-06-11" }, { account_id: B }, { region: "eu-west-1" }, { request_id: "r2" }])
      expect(await client({}, [{ ...event, ...cells }], [{ ...agent, ...cells }])).toEqual([
        ["none", undefined, undefined, undefined],
      ]);
    const events = [
      only({ ...agent, event_id: "a" }),
      { ...agent, event_id: "c", client: "late" },
      { ...agent, event_id: "b", client: "early" },
    ];
    expect(await client({}, [], events)).toEqual([["user_agent", "early", "1", "lib"]]);
  });

  it("stands beside whom each source names", async () => {
    const call = { ...key, person: "p", device_id: "own", request_metadata: "{user=META}" };
    const people = {
      ...key,
      identity_user_id: "i",
      device_id: "d",
      behalf_person: "b",
      telemetry_person: "t",
      device_person: "dp",
    };
    const seen = (call_people: readonly Cells[]) =>
      ask(
        "views/call_identities",
        {},
        { invocations: [call], call_people, identity_sources: [{ name: "metadata", metadata_key: "user" }, { name: "device" }] },
      );
    const named = {
      identity_user_id: "i",
      device_id: "d",
      behalf_person: "b",
      telemetry_person: "t",
      device_person: "dp",
      metadata_person: "meta",
    };
    expect(await seen([people])).toMatchObject([named]);
    for (const cells of [{ dt: "2026-06-11" }, { account_id: B }, { region: "eu-west-1" }, { request_id: "r2" }]) {
      const [row] = await seen([{ ...people, ...cells }]);
      expect(row).toMatchObject({ device_id: "own" });
      expect(row).not.toHaveProperty("behalf_person");
    }
  });
});
