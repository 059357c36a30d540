import type { Telemetry } from "./telemetry.ts";

/** A run of a function: what fails is logged with what to do, and thrown on, so that Lambda tries again; its metrics are written either way. */
export async function runTold<T>(telemetry: Telemetry, failure: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    telemetry.failed(error, failure);
    throw error;
  } finally {
    telemetry.flush();
  }
}
