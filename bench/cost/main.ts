/**
 * npm run sim:cost [-- --json] [--quick] [--records 5]
 * What a stack costs in a month at 1, 10, 100 and 1,000 million calls: the packaged functions run here, every request that they make is counted, and one table of list
 * prices turns a month of them into dollars, beside the goals. --quick lands fewer objects; --records sets how many records Bedrock puts into an object.
 */
import { parseArgs } from "node:util";
import { packaged } from "../../test/functions/packaged.ts";
import { simulate } from "./simulate.ts";
import { asTable } from "./table.ts";

const { values } = parseArgs({
  options: {
    json: { type: "boolean", default: false },
    quick: { type: "boolean", default: false },
    records: { type: "string" },
  },
});
const progress = (text: string): void => void process.stderr.write(`${text}\n`);
const records = values.records === undefined ? {} : { records: Number(values.records) };
const done = await simulate(await packaged(), { objects: values.quick ? 20 : 100, ...records }, progress);
process.stdout.write(values.json ? `${JSON.stringify(done, null, 2)}\n` : asTable(done));
