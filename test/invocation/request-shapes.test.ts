import { describe, expect, it } from "vitest";
import { clientSession, NO_SESSION } from "../../src/invocation/client-session.ts";
import { readRequest, readResponse } from "../../src/invocation/read-body.ts";
import { normaliseUsage } from "../../src/invocation/usage.ts";
import { parsed } from "./support.ts";

describe("units that a request asks for", () => {
  // Task types: Amazon Nova User Guide, "Image generation"; Amazon Titan Image Generator, taskType.
  it.each([
    ...["TEXT_IMAGE", "IMAGE_VARIATION", "INPAINTING", "OUTPAINTING", "COLOR_GUIDED_GENERATION"],
    ...["BACKGROUND_REMOVAL", "VIRTUAL_TRY_ON"],
  ])("an image of the task %s", (taskType) => expect(readRequest({ taskType }).images).toBe(1));

  it.each([
    [{ imageGenerationConfig: { numberOfImages: 4 } }, 4],
    [{ imageGenerationConfig: {} }, 1],
    [{ taskType: "SOMETHING_ELSE" }, null],
    [{ prompt: "x", output_format: "jpeg" }, 1],
    [{ prompt: "x", output_format: "webp" }, 1],
    [{ prompt: "x", output_format: "mp4" }, null],
    [{ prompt: "x", mode: "text-to-image" }, 1],
    [{ prompt: "x", mode: "chat" }, null],
  ])("images of %j: %s", (body, images) => expect(readRequest(body).images).toBe(images));

  it.each([
    [0, 0],
    [1, 1],
    [100, 1],
    [101, 2],
    [200, 2],
  ])("queries of %i documents: %i", (documents, units) =>
    expect(readRequest({ query: "x", documents: Array.from({ length: documents }, () => "d") }).searchUnits).toBe(units),
  );

  it.each([
    [{ duration: "9s" }, 9],
    [{ duration: "9" }, null],
    [{ duration: "about 9s" }, null],
    [{ duration: "9s or so" }, null],
    [{ duration: 9 }, null],
    [{ videoGenerationConfig: { durationSeconds: 120 } }, 120],
    [{ multiShotManualParams: { shots: [] }, videoGenerationConfig: { durationSeconds: 12 } }, 12],
  ])("seconds of %j: %s", (body, seconds) => expect(readRequest(body).videoSeconds).toBe(seconds));

  it("that are no count are left out, and the record says so", () => {
    const body = { taskType: "TEXT_IMAGE", imageGenerationConfig: { numberOfImages: "three" } };
    expect(readRequest(body)).toMatchObject({ images: null, checks: ["unreadable_body_count"] });
    expect(normaliseUsage(parsed({ input: { inputBodyJson: body }, output: {} })).check).toBe("unreadable_body_count");
    expect(readRequest({ taskType: "TEXT_IMAGE", imageGenerationConfig: { numberOfImages: "3" } })).toMatchObject({
      images: 3,
      coerced: true,
      checks: [],
    });
  });
});

describe("a guardrail", () => {
  const chunk = (action?: string) => ({
    type: "x",
    ...(action === undefined ? {} : { "amazon-bedrock-guardrailAction": action }),
  });

  it.each([
    [["NONE", "INTERVENED", "NONE"], "INTERVENED"],
    [["NONE", undefined, "NONE"], "NONE"],
    [[undefined, "NONE", undefined], "NONE"],
    [[undefined], null],
  ])("that acted in any chunk has acted: %j", (actions, said) =>
    expect(readResponse(actions.map(chunk)).guardrailAction).toBe(said),
  );
});

describe("what Claude Code says of itself", () => {
  const SESSION = "f614285b-6be8-4252-8aae-c5f336f7521e";
  const DEVICE = "0123456789abcdef".repeat(4);
  const userId = (text: unknown) => clientSession({ metadata: { user_id: text } });
  const system = (text: string) => clientSession({ system: [{ type: "text", text }] });
  const named = { ...NO_SESSION, sessionId: SESSION, deviceId: DEVICE };

  it("is session and device, in the older form and in the newer", () => {
    expect(userId(`user_${DEVICE}_account__session_${SESSION}`)).toEqual(named);
    expect(userId(`user_${DEVICE}_account_${SESSION}_session_${SESSION}`)).toEqual(named);
    expect(userId(JSON.stringify({ device_id: DEVICE, account_uuid: "", session_id: SESSION }))).toEqual(named);
    expect(userId(JSON.stringify({ device_id: "mine", session_id: SESSION }))).toEqual({ ...named, deviceId: null });
    expect(userId(JSON.stringify({ device_id: DEVICE, session_id: "a session" }))).toEqual({ ...named, sessionId: null });
  });

  it.each([
    ["free text", "ann@example.com"],
    ["a number", 7],
    ["text around it", `x user_${DEVICE}_account__session_${SESSION}`],
    ["text behind it", `user_${DEVICE}_account__session_${SESSION}x`],
    ["JSON that is cut", `{"session_id":"${SESSION}"`],
    ["JSON that is longer than any of its own", JSON.stringify({ session_id: SESSION, more: "x".repeat(600) })],
    ["JSON of something else", JSON.stringify({ session: SESSION })],
    ["an id with text around it", JSON.stringify({ session_id: `x${SESSION}`, device_id: `${DEVICE}0` })],
    ["an id with text behind it", JSON.stringify({ session_id: `${SESSION}x`, device_id: `x${DEVICE}` })],
  ])("is nothing where the user id is %s", (_, text) => expect(userId(text)).toEqual(NO_SESSION));

  it.each([
    ["cc_version=2.1.332.18b; cc_entrypoint=sdk-cli;", "2.1.332", "sdk-cli"],
    ["cc_version=2.1.332; cc_entrypoint=cli; cch=00000;", "2.1.332", "cli"],
    ["cc_version=1.0.60.0a1b2c3d; cc_entrypoint=claude-vscode;  ", "1.0.60", "claude-vscode"],
  ])("is version and entrypoint in the first block of the system prompt: %s", (line, clientVersion, entrypoint) => {
    const said = { ...NO_SESSION, clientVersion, entrypoint };
    expect(system(`x-anthropic-billing-header: ${line}`)).toEqual(said);
    expect(clientSession({ system: `x-anthropic-billing-header: ${line}` })).toEqual(said);
  });

  it.each([
    "cc_version=2.1.332; cc_entrypoint=cli; You are a helpful assistant",
    "cc_version=2.1; cc_entrypoint=cli;",
    "cc_version=2.1.332; cc_entrypoint=My Tool;",
    "cc_version=2.1.332; cc_entrypoint=cli; cch=00000; cch=00000;",
    `cc_version=2.1.332; cc_entrypoint=cli;${" ".repeat(5)}`,
  ])("is nothing in any other line: %s", (line) => {
    expect(system(`x-anthropic-billing-header: ${line}`)).toEqual(NO_SESSION);
    expect(system(`Say: x-anthropic-billing-header: cc_version=2.1.332; cc_entrypoint=cli;`)).toEqual(NO_SESSION);
  });

  it("is not looked for behind the first block", () => {
    const line = { type: "text", text: "x-anthropic-billing-header: cc_version=2.1.332; cc_entrypoint=cli;" };
    expect(clientSession({ system: [{ type: "text", text: "You are" }, line] })).toEqual(NO_SESSION);
    expect(clientSession({ system: [line], metadata: { user_id: `user_${DEVICE}_account__session_${SESSION}` } })).toEqual({
      ...named,
      clientVersion: "2.1.332",
      entrypoint: "cli",
    });
  });
});
