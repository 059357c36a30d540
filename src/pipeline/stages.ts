/** Roughly the share of an analysis that each step takes, judged from profiles of the invented company; only the estimate of what is left goes by it. */
const SHARES = { "who called": 8, sessions: 12, "hourly usage": 15, "the bill": 30, alerts: 20, reports: 15 } as const;
export type Stage = keyof typeof SHARES;

/** A step of an analysis by what is done in it, how much of the whole lies before it, and the step. */
export type OnStage = (name: string, part: { readonly done: number; readonly of: number }, stage: Stage) => void;

/** Tells the steps as they begin. @param without steps that this analysis does not have */
export function stages(onStage: OnStage, without: readonly Stage[]): (stage: Stage, name?: string, share?: number) => void {
  const steps = Object.entries(SHARES).filter(([stage]) => !without.some((left) => left === stage));
  const of = steps.reduce((sum, [, share]) => sum + share, 0);
  return (stage, name = stage, share = 0) => {
    const at = steps.findIndex(([other]) => other === stage);
    const before = steps.slice(0, at).reduce((sum, [, taken]) => sum + taken, 0);
    onStage(name, { done: before + SHARES[stage] * share, of }, stage);
  };
}
