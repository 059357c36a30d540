import { type DayPlaces, dayFile } from "../live/day-places.ts";
import { swapPartitions } from "./partition-swap.ts";
import { type Catalog, readPlaces } from "./read-places.ts";

/** Where the days of tables lie, as the Glue catalog says. */
export const gluePlaces = (catalog: Catalog): DayPlaces => ({
  read: (table, first, last) => readPlaces(catalog, table, first, last),
  point: (table, folder, days, filled) =>
    swapPartitions(catalog.glue, { ...catalog, table, key: "dt", folder, values: days, wrote: { filled, file: dayFile(table) } }),
});
