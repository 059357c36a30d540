import type { Stack } from "./stack.ts";

/**
 * A run of a function: what fails is logged with what to do, and thrown on, so that Lambda tries again. However it ends, its queries are stopped
 * that are still under way, and its metrics are written.
 */
export async function runTold<T>(
  { telemetry, warehouse }: Pick<Stack, "telemetry" | "warehouse">,
  failure: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    telemetry.failed(error, failure);
    throw error;
  } finally {
    await warehouse.stop();
    telemetry.flush();
  }
}
