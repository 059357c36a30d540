import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { StrataError } from "../../src/errors.ts";
import { FAULT_CASES, type FaultCase, operationOf } from "./fault-cases.ts";
import { type StubAnswer, type StubRequest, StubService } from "./stub-service.ts";

// Two saved queries meet every fault as forty would.
vi.mock("../../src/query/files.ts", async (original) => {
  const files = await original<typeof import("../../src/query/files.ts")>();
  return { ...files, queryNames: (folder?: string) => files.queryNames(folder).slice(0, 2) };
});

interface Fault {
  readonly name: string;
  readonly answer: (request: StubRequest) => StubAnswer;
  /** What the message says when it lasts. */
  readonly says: RegExp;
  /** What the hint says to do. */
  readonly hint: RegExp;
  /** Whether trying again may help. */
  readonly passing: boolean;
}

/** An error in the protocol that the request came in: JSON, query or REST with XML. */
const error =
  (code: string, status: number) =>
  (request: StubRequest): StubAnswer =>
    request.operation === "" && !/^(GetInferenceProfile|ListTagsForResource|GetModelInvocationJob)$/.test(operationOf(request))
      ? {
          status,
          headers: { "content-type": "application/xml" },
          // One form for S3 and another for the query protocol.
          body: request.body.includes("Action=")
            ? `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>for the test</Message></Error></ErrorResponse>`
            : `<Error><Code>${code}</Code><Message>for the test</Message></Error>`,
        }
      : {
          status,
          headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
          body: JSON.stringify({ __type: code, message: "for the test" }),
        };

const FAULTS: readonly Fault[] = [
  { name: "a throttle", answer: error("ThrottlingException", 429), says: /refused the rate/, hint: /Run later/, passing: true },
  { name: "a 500", answer: error("InternalError", 500), says: /the service failed/, hint: /AWS Health/, passing: true },
  { name: "silence", answer: () => ({ silent: true }), says: /no answer came/, hint: /Check the network/, passing: true },
  {
    name: "a dropped connection",
    answer: () => ({ body: "x".repeat(100), cutAfter: 0 }),
    says: /no answer came|deserialization|socket/i,
    hint: /./,
    passing: true,
  },
  { name: "access denied", answer: error("AccessDenied", 403), says: /access is denied/, hint: /allow it/, passing: false },
  {
    name: "a quota that is used up",
    answer: error("ServiceQuotaExceededException", 402),
    says: /a quota of the account is used up/,
    hint: /Ask for a higher quota/,
    passing: false,
  },
  {
    name: "expired credentials",
    answer: error("ExpiredToken", 403),
    says: /credentials have expired/,
    hint: /aws sso login/,
    passing: false,
  },
];

/** A HEAD's answer has no body, so only its status tells. */
const untold = (one: FaultCase, fault: Fault): boolean =>
  one.operation === "HeadObject" && /credentials|throttle|quota/.test(fault.name);

/** Runs the case against a service that fails the operation the first `times`. */
async function meet(one: FaultCase, fault: Fault, times: number): Promise<{ thrown: unknown; asked: number }> {
  const service = await StubService.start();
  let asked = 0;
  service.on((request) => {
    if (operationOf(request) !== one.operation) return one.answer(request);
    asked += 1;
    return asked <= times ? fault.answer(request) : one.answer(request);
  });
  try {
    await one.run(service.endpoint);
    return { thrown: undefined, asked };
  } catch (thrown) {
    return { thrown, asked };
  } finally {
    service.stop();
  }
}

interface Met {
  readonly fault: Fault;
  readonly thrown: unknown;
  readonly asked: number;
}
const passed = new Map<FaultCase, Met[]>(FAULT_CASES.map((one) => [one, []]));
const lasted = new Map<FaultCase, Met[]>(FAULT_CASES.map((one) => [one, []]));

// Everything at once: what takes time is the SDK's waiting for answers and between tries.
beforeAll(async () => {
  const work = FAULT_CASES.flatMap((one) =>
    FAULTS.flatMap((fault) => [
      ...(fault.passing ? [{ one, fault, times: 1, into: passed }] : []),
      ...(untold(one, fault) ? [] : [{ one, fault, times: Number.POSITIVE_INFINITY, into: lasted }]),
    ]),
  );
  const worker = async (): Promise<void> => {
    for (let next = work.shift(); next; next = work.shift()) {
      const { one, fault, times, into } = next;
      into.get(one)?.push({ fault, ...(await meet(one, fault, times)) });
    }
  };
  await Promise.all(Array.from({ length: 40 }, worker));
});

describe.each(FAULT_CASES.map((one, index) => ({ name: `${one.operation} (${index + 1})`, one })))("$name", ({ one }) => {
  it("is tried again when a fault passes", () => {
    expect(passed.get(one)).toHaveLength(FAULTS.filter(({ passing }) => passing).length);
    for (const { fault, thrown, asked } of passed.get(one) ?? []) {
      expect(thrown, fault.name).toBeUndefined();
      expect(asked, fault.name).toBeGreaterThanOrEqual(2);
    }
  });

  it("is reported with what to do when a fault lasts", () => {
    expect(lasted.get(one)?.length).toBeGreaterThanOrEqual(FAULTS.length - 3);
    for (const { fault, thrown } of lasted.get(one) ?? []) {
      if (one.says === undefined) {
        expect(thrown, fault.name).toBeUndefined();
        continue;
      }
      if (!(thrown instanceof StrataError)) throw new Error(`${fault.name}: ${String(thrown)}`);
      expect(thrown.message, fault.name).toMatch(one.says);
      expect(thrown.message, fault.name).toMatch(fault.says);
      expect(thrown.hint ?? "", fault.name).toMatch(one.hint ?? fault.hint);
    }
  });
});

it("every call that an adapter makes is in the table", () => {
  const folder = join(import.meta.dirname, "../../src/aws");
  const made = readdirSync(folder)
    // What doctor asks has a table of its own: test/doctor/doctor.test.ts, "faults".
    .filter((name) => name.endsWith(".ts") && !name.startsWith("account-"))
    .flatMap((name) => {
      const code = readFileSync(join(folder, name), "utf8");
      return [...code.matchAll(/\bnew (\w+)Command\(|\bpaginate(\w+)\(/g)].map(([, command, paged]) => command ?? paged ?? "");
    });
  const covered = new Set(FAULT_CASES.map(({ operation }) => operation));
  expect([...new Set(made)].filter((name) => !covered.has(name))).toEqual([]);
  expect(covered.size).toBeGreaterThan(40);
});
