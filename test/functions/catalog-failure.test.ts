import { afterEach, expect, it, vi } from "vitest";
import { handler } from "../../functions/catalog.ts";
import { StubService } from "../aws/stub-service.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

it("a catalog step that cannot even begin tells CloudFormation, which would wait for it otherwise", async () => {
  for (const name of ["STRATA_DATA", "STRATA_DATABASE", "STRATA_WORKGROUP"]) vi.stubEnv(name, "");
  const cloudFormation = await StubService.start();
  cloudFormation.on(() => ({ status: 200 }));
  const request = { StackId: "stack", RequestId: "request", LogicalResourceId: "Catalog" };
  await handler({ ...request, RequestType: "Create", ResponseURL: `${cloudFormation.endpoint}/answer` });
  const [answer] = cloudFormation.requests;
  cloudFormation.stop();
  expect(JSON.parse(answer?.body ?? "{}")).toMatchObject({
    Status: "FAILED",
    LogicalResourceId: "Catalog",
    PhysicalResourceId: "catalog",
    Reason: expect.stringContaining("STRATA_DATA"),
  });
});
