/** What ingest counted. `records` = landed + quarantined; records outside the asked range are in neither. */
export interface IngestCounts {
  /** Log objects that were read. */
  readonly objects: number;
  /** Objects that are not logs: side bodies, permission checks, manifests, other files. */
  readonly skipped_objects: number;
  /** Log objects that could not be read to their end. */
  readonly damaged_objects: number;
  readonly records: number;
  readonly landed: number;
  readonly quarantined: number;
  readonly coerced: number;
  /** Records whose event lies outside --from and --to. */
  readonly outside_range: number;
  /** Stored bytes of the log objects. */
  readonly bytes: number;
  /** Records by field that this version does not know, as a path. */
  readonly unknown_fields: Readonly<Record<string, number>>;
}

export const noCounts = (): IngestCounts => ({
  objects: 0,
  skipped_objects: 0,
  damaged_objects: 0,
  records: 0,
  landed: 0,
  quarantined: 0,
  coerced: 0,
  outside_range: 0,
  bytes: 0,
  unknown_fields: {},
});

export function addCounts(a: IngestCounts, b: IngestCounts): IngestCounts {
  const fields = new Map(Object.entries(a.unknown_fields));
  for (const [path, count] of Object.entries(b.unknown_fields)) fields.set(path, (fields.get(path) ?? 0) + count);
  return {
    objects: a.objects + b.objects,
    skipped_objects: a.skipped_objects + b.skipped_objects,
    damaged_objects: a.damaged_objects + b.damaged_objects,
    records: a.records + b.records,
    landed: a.landed + b.landed,
    quarantined: a.quarantined + b.quarantined,
    coerced: a.coerced + b.coerced,
    outside_range: a.outside_range + b.outside_range,
    bytes: a.bytes + b.bytes,
    unknown_fields: Object.fromEntries([...fields].sort(([x], [y]) => (x < y ? -1 : 1))),
  };
}
