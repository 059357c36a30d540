import type { Judgement } from "./judge.ts";
import type { Incident, NoticeKind } from "./lifecycle.ts";
import type { Observation } from "./observation.ts";

/** Something to tell. `muted` of the incident says why it is not sent. */
export interface Notice {
  readonly kind: NoticeKind;
  readonly tick: number;
  readonly incident: Incident;
}

/** An observation and what its rule makes of it. */
export interface Seen {
  readonly observation: Observation;
  readonly judgement: Judgement;
}

/** What one rule saw at one tick. */
export interface TickSeen {
  /** By key; of several observations of one scope (late logs judge an older window again) the one that matters most. */
  readonly scopes: Map<string, Seen>;
  /** All of it, for what scopes have in common. */
  readonly all: Observation[];
}
