/** What EventBridge is told to look for. Its rules are in src/template/event-pattern.ts, which every packaged pattern is held against. */

/** Characters that a pattern may have (EventBridge User Guide, quotas: event pattern size). More places need more rules. */
const LONGEST = 2048;

const created = (detail) => ({ source: ["aws.s3"], "detail-type": ["Object Created"], detail });

/** One alternative stands alone: the service refuses `$or` with a single member, and an object without it means the same. */
const anyOf = (alternatives) => (alternatives.length === 1 ? alternatives[0] : { $or: alternatives });

/** Prefixes belong to their bucket, so each bucket with prefixes is an alternative; buckets that are read whole are one together. */
function logDetail(places) {
  const whole = places.filter(({ prefix }) => prefix === "").map(({ bucket }) => bucket);
  const parts = new Map();
  for (const { bucket, prefix } of places) {
    if (whole.includes(bucket)) continue;
    parts.set(bucket, [...(parts.get(bucket) ?? []), { prefix }]);
  }
  return anyOf([
    ...(whole.length > 0 ? [{ bucket: { name: whole } }] : []),
    ...[...parts].map(([bucket, key]) => ({ bucket: { name: [bucket] }, object: { key } })),
  ]);
}

/** The manifest is written after all data files of a delivery (AWS Data Exports User Guide). */
const manifestDetail = (places) =>
  anyOf(
    places.map(({ bucket, prefix }) => ({
      bucket: { name: [bucket] },
      object: { key: [{ wildcard: `${prefix.replace(/[\\*]/g, "\\$&")}*Manifest.json` }] },
    })),
  );

/** As few patterns as it takes, each with as many places as fit. A place that is too long on its own is left for the check of the package to refuse. */
function patternsOf(places, detailOf) {
  if (places.length === 0) return [];
  const patterns = [];
  let taken = [];
  for (const place of places) {
    const more = [...taken, place];
    if (taken.length > 0 && JSON.stringify(created(detailOf(more))).length > LONGEST) {
      patterns.push(created(detailOf(taken)));
      taken = [place];
    } else taken = more;
  }
  return [...patterns, created(detailOf(taken))];
}

/** One pattern a rule. @param places each once */
const logPatterns = (places) => patternsOf(places, logDetail);
const manifestPatterns = (places) => patternsOf(places, manifestDetail);

module.exports = { logPatterns, manifestPatterns };
