import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kiroReader } from "../../src/kiro/kiro-reader.ts";
import { kiroKindOf } from "../../src/kiro/object-key.ts";
import { planOf } from "../../src/kiro/report-rows.ts";
import { splitUserId } from "../../src/principal/user-id.ts";
import { billLine } from "../billing/ledger.ts";
import { type Analysed, analysed, logged } from "./company.ts";
import { cut, readPieces } from "./read-rows.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/samples/kiro");
const REPORTS = readdirSync(FOLDER).filter((name) => name.endsWith(".csv"));
const report = (name: string): Buffer => readFileSync(join(FOLDER, name));
const read = (name: string, ...pieces: readonly (Uint8Array | string)[]) =>
  readPieces(
    kiroReader,
    name,
    pieces.map((piece) => Buffer.from(piece)),
  );
const PICO = 10n ** 12n;

test("the sample's reports: credits to the last digit, models as rows, a user with and without the store", async () => {
  const cli = await read(
    "KIRO_CLI_111122223333_user_report_202607100000.csv",
    report("KIRO_CLI_111122223333_user_report_202607100000.csv"),
  );
  expect(cli.rows.map(({ row }) => [row["model"], row["messages"], row["credits"]])).toEqual([
    [null, 131, 114_457_874_143_914n],
    ["claude_haiku_4.5", 8, null],
    ["claude_opus_4.8", 123, null],
  ]);
  expect(cli.rows[0]?.row).toMatchObject({
    user_id: "0a1b2c3d-00a1-70cd-1caf-57794fdc0001",
    identity_store: null,
    person: "alice@example.com",
    client: "KIRO_CLI",
    account_id: "111122223333",
    plan: "PRO_MAX",
    overage_cap: 2500n * PICO,
    overage_enabled: false,
    usage_limit: null,
  });
  const ide = await read("x_user_report_202609010000.csv", report("KIRO_IDE_111122223333_user_report_202609010000.csv"));
  expect(ide.rows.filter(({ row }) => row["model"] === null).map(({ row }) => row)).toMatchObject([
    {
      user_id: "0a1b2c3d-00a1-70cd-1caf-57794fdc0001",
      identity_store: "d-9067example",
      usage_limit: 2000n * PICO,
      is_new: false,
    },
    { user_id: "0a1b2c3d-00a1-70cd-1caf-57794fdc0002", overage_credits: (7n * PICO) / 2n, plan: "PRO", is_new: true },
  ]);
  // A model with no messages is no row.
  expect(ide.rows.filter(({ row }) => row["model"] !== null).map(({ row }) => [row["model"], row["messages"]])).toEqual([
    ["auto", 1],
    ["claude_opus_5", 40],
    ["claude_sonnet_5", 4],
    ["gpt_5.6_terra", 5],
  ]);
});

const moved = (text: string, order: readonly number[]): string =>
  text
    .trim()
    .split("\n")
    .map((line) => {
      const cells = line.match(/"[^"]*"|[^,]+/g) ?? [];
      return order.map((place) => cells[place]).join(",");
    })
    .join("\r\n");

test.each(REPORTS)("%s: columns that moved, new ones among them, and any pieces give the same rows", async (name) => {
  const text = report(name).toString("utf8");
  const { rows } = await read(name, text);
  const width = text.split("\n")[0]?.split(",").length ?? 0;
  const sorted = (found: typeof rows) =>
    found.map(({ row }) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value))).sort();
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray([...Array(width).keys()], { minLength: width }),
      fc.array(fc.nat(2000), { maxLength: 10 }),
      fc.boolean(),
      async (order, places, mark) => {
        const other = `${mark ? "\uFEFF" : ""}${moved(text, order)}`;
        const found = await read(name, ...cut(Buffer.from(other), places));
        expect(found.problems).toEqual([]);
        expect(sorted(found.rows)).toEqual(sorted(rows));
      },
    ),
    { numRuns: 60 },
  );
});

/** The same report as people and programs save it again. */
const saved: readonly (readonly [string, (text: string) => Buffer])[] = [
  ["semicolons", (text) => Buffer.from(text.replaceAll(",", ";"))],
  [
    "tabs, as Excel's Unicode text",
    (text) => Buffer.from(`\uFEFF${text.replaceAll(",", "\t").replaceAll("\n", "\r\n")}`, "utf16le"),
  ],
  ["UTF-16, high byte first", (text) => Buffer.from(`\uFEFF${text}`, "utf16le").swap16()],
  ["empty columns and rows at the end", (text) => Buffer.from(`${text.replaceAll("\n", ",,\n")}\n,,,,\n`)],
  ["rows that are filled up", (text) => Buffer.from(text.replace(/(?<=\n[^\n]+)\n/g, ",,\n"))],
  [
    "names in another spelling",
    (text) =>
      Buffer.from(
        text.replace(/^.*/, (names) =>
          names
            .replaceAll("Credits_Used", "Credits Used")
            .replaceAll("UserId", "User_Id")
            .replaceAll("Total_Messages", "totalMessages"),
        ),
      ),
  ],
  ["all cells in quotes", (text) => Buffer.from(text.replace(/[^,\n"]+/g, '"$&"').replaceAll('""', '"'))],
  ["a name of two lines", (text) => Buffer.from(text.replaceAll("\n", ',"a\nb"\n').replace('"a\nb"', "Note"))],
];
test.each(saved)("%s: the same rows", async (_, again) => {
  for (const name of REPORTS) {
    const text = `${report(name).toString("utf8").trim()}\n`;
    expect(await read(name, again(text))).toEqual(await read(name, text));
  }
});

test("reports that were put together, each with its own columns, give the rows of each", async () => {
  const texts = REPORTS.map((name) => report(name).toString("utf8").trim());
  const apart = await Promise.all(texts.map((text) => read("x_user_report_1.csv", text)));
  const together = await read("x_user_report_1.csv", texts.join("\r\n\uFEFF"));
  expect(together.problems).toEqual([]);
  const without = (rows: (typeof together)["rows"]) => rows.map(({ row }) => ({ ...row, source_item: 0 }));
  expect(without(together.rows)).toEqual(apart.flatMap(({ rows }) => without(rows)));
});

test("numbers as programs print them; what says nothing is nothing; the client is named by the report where no column does", async () => {
  const text = [
    "Date,UserId,Credits_Used,Overage_Cap,Total_Messages,auto_messages,claude-opus-5_messages",
    "2026-07-10,a,9.765625E-4,1e3,12.0,null,N/A",
    "2026-07-10,b,5e-05,null,0,3,-",
  ].join("\n");
  const { rows, problems } = await read("KIRO_CLI_111122223333_user_report_202607110000.csv", text);
  expect(problems).toEqual([]);
  expect(
    rows.map(({ row }) => [row["user_id"], row["client"], row["model"], row["credits"], row["overage_cap"], row["messages"]]),
  ).toEqual([
    ["a", "KIRO_CLI", null, 976_562_500n, 1000n * PICO, 12],
    ["b", "KIRO_CLI", null, 50_000_000n, null, 0],
    ["b", "KIRO_CLI", "auto", null, null, 3],
  ]);
});

test("a row of the wrong width or type is named by its line, without its text; those around it land", async () => {
  const text = report("KIRO_IDE_111122223333_user_report_202607100000.csv").toString("utf8").trim();
  const good = text.split("\n")[1] ?? "";
  const { rows, problems } = await read(
    "x_user_report_1.csv",
    [
      text,
      `${good},SECRET`,
      good.replace("0.7132330391376451", "SECRET"),
      good.replace("2026-07-10", "07-10-2026"),
      good.replace(/"0a1b[^"]*"/, ""),
      good,
    ].join("\n"),
  );
  expect(problems.map(({ item, reason }) => [item, reason])).toEqual([
    [3, "bad_row"],
    [4, "wrong_type"],
    [5, "implausible_time"],
    [6, "missing_field"],
  ]);
  expect(JSON.stringify(problems)).not.toContain("SECRET");
  expect(rows.length).toBe(4);
  expect((await read("x_user_report_1.csv", "Date,Messages\n2026-07-10,4\n")).problems).toMatchObject([
    { item: 1, reason: "missing_field" },
  ]);
});

test("any bytes are rows or refusals", async () => {
  const text = report(REPORTS[2] ?? "");
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
      fc.nat(text.length),
      async (changes, length) => {
        const damaged = Buffer.from(text.subarray(0, length));
        for (const [place, byte] of changes) if (place < length) damaged[place] = byte;
        const { rows } = await read("x_user_report_1.csv", damaged);
        expect(rows.length).toBeLessThanOrEqual(20);
      },
    ),
    { numRuns: 300 },
  );
});

const KINDS: Readonly<Record<string, string>> = {
  user_report: "records",
  legacy: "legacy_report",
  access: "access_check",
  prompt: "prompt_log",
  Amazon: "legacy_report",
};
test.each(
  readFileSync(join(FOLDER, "object-keys.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t")),
)("%s: %s", (key = "", meaning = "") => {
  expect(kiroKindOf(key)).toBe(KINDS[meaning.split(/[ ,:]/)[0] ?? ""]);
});

test("names of users and plans", () => {
  expect([planOf("PRO_MAX"), planOf("ProMax"), planOf("Pro Max"), planOf("pro")]).toEqual([
    "PRO_MAX",
    "PRO_MAX",
    "PRO_MAX",
    "PRO",
  ]);
  for (const id of ["d-9067example.0A1B", "D-9067EXAMPLE.0A1B"])
    expect(splitUserId(id)).toEqual({ userId: "0a1b", store: "d-9067example" });
  expect(splitUserId("0A1B")).toEqual({ userId: "0a1b", store: null });
});

describe("a month of four people", () => {
  const id = (number: number): string => `0a1b2c3d-00a1-70cd-1caf-57794fdc000${number}`;
  const header =
    "Date,UserId,Client_Type,Chat_Conversations,Credits_Used,Overage_Cap,Overage_Credits_Used,Overage_Enabled,ProfileId,Subscription_Tier,Total_Messages,New_User,User_Email,Usage_Limit,auto_messages";
  const row = (
    day: string,
    user: number,
    client: string,
    credits: string,
    over: string,
    enabled: boolean,
    plan: string,
    name: string,
    limit: number,
  ) =>
    `${day},${user === 1 ? "d-9067example." : ""}${id(user)},${client},1,${credits},10000.0,${over},${enabled},arn:aws:codewhisperer:us-east-1:111122223333:profile/P,${plan},10,false,${name},${limit},10`;
  const rows = [
    row("2026-10-05", 1, "KIRO_IDE", "400.5", "0", true, "PRO_PLUS", "Ann@Example.com", 2000),
    row("2026-10-05", 1, "KIRO_CLI", "99.5", "0", true, "PRO_PLUS", "ann@example.com", 2000),
    row("2026-10-06", 2, "KIRO_IDE", "1600", "600", true, "PRO", "ben@example.com", 1000),
    row("2026-10-06", 3, "KIRO_IDE", "1000", "0", false, "PRO", "cy@example.com", 1000),
  ];
  const line = (user: number, type: string, cost: string, amount: string, unit = "Users") =>
    billLine({
      line_item_product_code: "Kiro",
      line_item_usage_type: `USE1-KiroEnterprise-${type}`,
      line_item_operation: "",
      line_item_unblended_cost: cost,
      line_item_usage_amount: amount,
      pricing_unit: unit,
      line_item_iam_principal: "",
      line_item_resource_id: `arn:aws:identitystore:::user/${id(user)}`,
      product: "{}",
    });
  const bill = [
    billLine({ line_item_usage_amount: "1", line_item_unblended_cost: "0.06" }),
    line(1, "ProPlus", "40", "1"),
    line(2, "Pro", "20", "1"),
    line(2, "Credits", "24", "600", "Credits"),
    line(3, "Pro", "20", "1"),
    line(4, "Pro", "12", "0.6"),
    billLine({
      line_item_product_code: "AmazonQ",
      line_item_usage_type: "USE1-QDeveloper",
      line_item_operation: "number-q-dev-subscriptions",
      line_item_unblended_cost: "19",
    }),
  ];
  const key = (client: string, part = ""): string =>
    `p/AWSLogs/111122223333/KiroLogs/user_report/us-east-1/2026/10/06/00/${client}_111122223333_user_report_202610060000${part}.csv`;
  let company: Analysed;
  beforeAll(async () => {
    company = await analysed({
      logs: [logged("r1")],
      bill,
      kiro: {
        [key("KIRO_IDE")]: `${[header, ...rows].join("\n")}\n`,
        // The same rows again, in a further part.
        [key("KIRO_IDE", "_part_2")]: `${[header, ...rows].join("\n")}\n`,
        "p/AWSLogs/111122223333/KiroLogs/GenerateAssistantResponse/us-east-1/2026/10/06/14/x.json.gz": "SECRET prompt",
      },
    });
  });
  afterAll(() => company.close());

  test("who costs what, who does not use it, who pays for overage, who is stopped, and which plan would fit", async () => {
    const people = await company.query("saved/kiro_people");
    expect(
      people.map((one) => [
        one["person"],
        one["plan"],
        Number(one["credits"]),
        Number(one["billed_cost"]),
        one["verdict"],
        one["best_plan"],
        Number(one["best_cost"]),
      ]),
    ).toEqual([
      // 1,600 credits: $20 + 600 × $0.04 = $44, or $40 with 2,000.
      ["ben@example.com", "PRO", 1600, 44, "pays_overage", "PRO_PLUS", 40],
      ["ann@example.com", "PRO_PLUS", 500, 40, "ok", "PRO", 20],
      ["cy@example.com", "PRO", 1000, 20, "stopped", "PRO", 20],
      [id(4), "PRO", 0, 12, "no_use", "PRO", 20],
    ]);
    expect(await company.query("saved/kiro_models")).toMatchObject([
      { client: "KIRO_IDE", model: "auto", people: 3, messages: 30 },
      { client: "KIRO_CLI", model: "auto", people: 1, messages: 10 },
    ]);
  });

  test("the bill by kind, and nothing of it in the Bedrock statement", async () => {
    const spend = await company.query("saved/kiro_spend");
    expect(spend.map((one) => [one["product"], one["kind"], one["plan"], one["people"], Number(one["billed_cost"])])).toEqual([
      ["kiro", "plan", "PRO", 3, 52],
      ["kiro", "plan", "PRO_PLUS", 1, 40],
      ["kiro", "overage", null, 1, 24],
      ["amazon-q", "subscription", null, 0, 19],
    ]);
    expect(company.summary.billed_usd).toBe("0.06");
    const [all] = await company.sql("select cast(sum(billed_cost) as varchar) as usd from allocated_charges");
    expect(Number(all?.["usd"])).toBe(0.06);
  });

  test("the statement has a section of its own for it, and a file beside the others", async () => {
    const month = join(company.folder, "reports/month=2026-10");
    const page = readFileSync(join(month, "report.html"), "utf8");
    expect(page).toContain('<section id="kiro"');
    expect(page).toContain("$135.00 billed beside Bedrock");
    const kiro = readFileSync(join(month, "kiro.csv"), "utf8");
    expect(kiro.split("\r\n")[1]).toBe("ben@example.com,PRO,1600.00,600.00,1,20.00,24.00,44.00,pays_overage,PRO_PLUS,40.00");
  });

  test("a prompt log is not opened", async () => {
    expect(await company.sql("select kind, items from source_objects where source = 'kiro' and kind <> 'records'")).toEqual([
      { kind: "prompt_log", items: 0 },
    ]);
  });
});
