/** Ingests a folder in a process of its own and prints what landed and how much memory it took. */
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { FolderStore } from "../../src/local/folder-store.ts";

const [logs = "", out = ""] = process.argv.slice(2);
const source = new FolderStore(logs);
const objects = await Array.fromAsync(source.list());
const { counts, failures } = await ingestObjects(
  { name: "large", objects },
  { source, target: new FolderStore(out), curator: curator(defaultConfig()) },
);
if (failures.length > 0) throw new Error(failures[0]?.message);
console.log(JSON.stringify({ landed: counts.landed, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
