/** What the account said to one question: a value, or why there is none. Nothing here is an error: a question that may not be asked is a finding. */
export type Answer<T> = Found<T> | Unanswered;

export interface Found<T> {
  readonly ok: true;
  readonly value: T;
}

export interface Unanswered {
  readonly ok: false;
  /** The IAM action that asks it, for example `s3:GetBucketNotification`. */
  readonly action: string;
  readonly reason: Reason;
  /** One sentence for people. */
  readonly message: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
}

/** Why there is no value; `absent` means that the thing asked about does not exist. */
export type Reason = "denied" | "absent" | "region" | "credentials" | "throttled" | "network" | "failed";

/** The value, or undefined where there is none. */
export const answered = <T>(answer: Answer<T>): T | undefined => (answer.ok ? answer.value : undefined);
