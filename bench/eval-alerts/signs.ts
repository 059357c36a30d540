import { DAY, HOUR, MINUTE, START, USD } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";

/** What is planted into a company of any shape: what must be told, how, and for how long it lasts. */
export interface Sign {
  readonly kind: string;
  /** Rule and severity of the one message that is expected. */
  readonly rule: string;
  readonly from: number;
  readonly to: number;
  /** Pages that it may make in all. */
  readonly pages: number;
  readonly calls: (company: readonly FakeCall[]) => FakeCall[];
}

const every = (count: number, from: number, length: number, shape: Partial<FakeCall>): FakeCall[] =>
  Array.from({ length: count }, (_, index) => {
    const at = from + Math.floor((index * length) / count);
    return { ...shape, at, delivered: at + MINUTE };
  });

/** Hours that do not meet each other; the gap lies within the week of an open question about prices. */
export function signs(first: number, busyTeam: string): Sign[] {
  const at = (day: number, hour: number): number => START + (first + day) * DAY + hour * HOUR;
  const thief = { user: "old-deploy-key", person: "old-deploy-key", region: "ap-northeast-2", team: "unattributed" };
  const [stolen, throttled, gap, outage] = [at(1, 3), at(3, 10), at(8, 9), at(10, 10)];
  return [
    {
      kind: "stolen key",
      rule: "stolen_key",
      from: stolen,
      to: stolen + 4 * HOUR,
      pages: 1,
      calls: (company) => [
        ...company,
        ...every(9, stolen, 15 * MINUTE, {
          ...thief,
          model: "claude-fable-5",
          error: "client",
          errorCode: "AccessDeniedException",
          cost: 0n,
        }),
        ...every(500, stolen + 20 * MINUTE, 3 * HOUR, { ...thief, model: "claude-opus-4-8", tokens: 20_000, cost: USD / 4n }),
      ],
    },
    {
      kind: "throttled worker",
      rule: "throttling",
      from: throttled,
      to: throttled + 3 * HOUR,
      pages: 0,
      calls: (company) => [
        ...company,
        ...every(900, throttled, 3 * HOUR, {
          role: "worker",
          person: "worker",
          team: busyTeam,
          model: "claude-haiku-4-5",
          cost: USD / 1000n,
        }).map((call, index): FakeCall => ((index * 37) % 100 < 30 ? { ...call, error: "throttling", cost: 0n } : call)),
      ],
    },
    {
      kind: "log gap beside other incidents",
      rule: "logs_stopped",
      from: gap,
      to: gap + 8 * HOUR,
      pages: 0,
      calls: (company) => [
        ...company.filter(({ at: when }) => when < gap || when >= gap + 8 * HOUR),
        ...every(40, gap - DAY, 20 * HOUR, { team: "unattributed", person: "ghost@example.com", cost: USD }),
        ...every(5, gap - 2 * HOUR, HOUR, { model: "newvendor.mystery-1", cost: null }),
      ],
    },
    {
      kind: "outage of everybody, one team first",
      rule: "error_rate",
      from: outage,
      to: outage + HOUR,
      pages: 1,
      calls: (company) =>
        company.map((call, index): FakeCall => {
          if (call.at < outage || call.at >= outage + HOUR || call.error) return call;
          const hard = call.team === busyTeam ? 60 : call.at < outage + 20 * MINUTE ? 0 : 40;
          return (index * 61) % 100 < hard ? { ...call, error: "server", cost: 0n } : call;
        }),
    },
  ];
}
