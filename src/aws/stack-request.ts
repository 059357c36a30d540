/** CloudFormation's custom resources (User Guide, "Custom resource request objects"): a request comes in, the answer is PUT to a signed address. */
export interface StackRequest {
  readonly RequestType: "Create" | "Update" | "Delete";
  readonly ResponseURL: string;
  readonly StackId: string;
  readonly RequestId: string;
  readonly LogicalResourceId: string;
  readonly PhysicalResourceId?: string;
}

export interface StackAnswer {
  readonly status: "SUCCESS" | "FAILED";
  /** Shown in the stack's events; cut to what CloudFormation takes. */
  readonly reason: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** 4 KB is all that an answer may have. */
const LONGEST_REASON = 1000;

export function isStackRequest(event: unknown): event is StackRequest {
  return (
    typeof event === "object" &&
    event !== null &&
    "RequestType" in event &&
    "ResponseURL" in event &&
    typeof event.ResponseURL === "string"
  );
}

/** Tells CloudFormation how it went. Without an answer a stack waits for an hour, so it is tried three times. */
export async function answerStack(request: StackRequest, answer: StackAnswer, physicalId: string): Promise<void> {
  const body = JSON.stringify({
    Status: answer.status,
    Reason: answer.reason.slice(0, LONGEST_REASON),
    PhysicalResourceId: request.PhysicalResourceId ?? physicalId,
    StackId: request.StackId,
    RequestId: request.RequestId,
    LogicalResourceId: request.LogicalResourceId,
    Data: answer.data ?? {},
  });
  for (let attempt = 1; ; attempt++) {
    try {
      const response = await fetch(request.ResponseURL, { method: "PUT", body, headers: { "content-type": "" } });
      if (response.ok) return;
      if (attempt === 3) throw new Error(`CloudFormation did not take the answer: HTTP ${response.status}`);
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}
