import type { AlertSink, ObjectStore } from "../ports.ts";
import { S3Store } from "./s3-store.ts";

export interface Outlet {
  readonly sink: AlertSink;
  readonly state: ObjectStore;
}

/**
 * Where messages go and incidents are remembered. In shadow nothing is published but logged, and what is remembered is kept apart from what a live
 * detector knows.
 * @param place `s3://bucket` of the curated data
 */
export function alertOutlet(
  detector: "live" | "shadow",
  {
    live,
    place,
    log,
  }: {
    readonly live: Outlet;
    readonly place: string;
    readonly log: { info(text: string, facts: { severity: string; subject: string }): void };
  },
): Outlet {
  if (detector === "live") return live;
  return {
    sink: { publish: async ({ severity, subject }) => log.info("would be published", { severity, subject }) },
    state: new S3Store(`${place}/shadow`),
  };
}
