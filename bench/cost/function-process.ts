/**
 * A warm Lambda environment: loads a shipped bundle once and runs it for each message, at the time that the message says.
 * Its own processor time is told with each answer; what it prints is the function's log.
 */
export interface Asked {
  readonly event: unknown;
  /** Milliseconds. */
  readonly now: number;
  readonly name: string;
  readonly memory: number;
}

export interface Ended {
  readonly result: unknown;
  readonly failed?: string;
  /** Processor seconds. */
  readonly cpu: number;
}

/** Follows the log of a run, so that whoever reads it knows where the next one begins. */
export const END_OF_LOG = "\u0004";

const seconds = ({ user, system }: NodeJS.CpuUsage): number => (user + system) / 1e6;

const [, , bundle] = process.argv;
if (bundle !== undefined && process.send) {
  const RealDate = Date;
  let ahead = 0;
  const now = (): number => RealDate.now() + ahead;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, given, asked) => Reflect.construct(target, given.length === 0 ? [now()] : given, asked),
    get: (target, name) => (name === "now" ? now : Reflect.get(target, name)),
  });
  const { handler } = await import(bundle);
  const tell = (ended: Ended): void => {
    process.stdout.write(END_OF_LOG, () => process.send?.(ended));
  };
  process.on("message", async ({ event, now: wanted, name, memory }: Asked) => {
    ahead = wanted - RealDate.now();
    const before = process.cpuUsage();
    const context = {
      awsRequestId: "sim",
      functionName: name,
      memoryLimitInMB: String(memory),
      getRemainingTimeInMillis: () => 600_000,
    };
    try {
      const result = (await handler(event, context)) ?? null;
      tell({ result, cpu: seconds(process.cpuUsage(before)) });
    } catch (error) {
      tell({ result: null, failed: error instanceof Error ? `${error.stack}` : String(error), cpu: 0 });
    }
  });
  // What loading took belongs to the first run.
  process.send({ result: null, cpu: seconds(process.cpuUsage()) });
}
