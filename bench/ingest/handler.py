"""What a Lambda handler in Python's standard library does with the same objects: the yardstick of bench/ingest."""
import csv
import glob
import gzip
import json
import sys
import time

folder, target = sys.argv[1:3]
totals = {"records": 0, "input": 0, "output": 0, "cacheRead": 0, "cacheWrite": 0}
with open(target, "w", newline="", encoding="utf-8") as out:
    rows = csv.writer(out)
    for path in sorted(glob.glob(f"{folder}/*.json.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                sent, got = record["input"], record["output"]
                labels = record.get("requestMetadata") or {}
                counts = (
                    sent.get("inputTokenCount", 0),
                    got.get("outputTokenCount", 0),
                    sent.get("cacheReadInputTokenCount", 0),
                    sent.get("cacheWriteInputTokenCount", 0),
                )
                rows.writerow((
                    record["timestamp"], record["accountId"], record["region"], record["requestId"], record["operation"],
                    record["modelId"], (record.get("identity") or {}).get("arn"), labels.get("team"), labels.get("feature"),
                    record.get("errorCode"), *counts,
                ))
                totals["records"] += 1
                for name, count in zip(("input", "output", "cacheRead", "cacheWrite"), counts):
                    totals[name] += count
print(json.dumps({**totals, "seconds": time.process_time()}))
