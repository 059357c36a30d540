import type { Principal } from "../principal/parse-principal.ts";
import type { Facts } from "./facts.ts";

/** What an identity ARN says, as facts of attribution. */
export const callerFacts = (
  principal: Principal,
): Pick<Facts, "principalArn" | "principalName" | "sessionName" | "person" | "personIsClaimed"> => ({
  principalArn: principal.arn,
  principalName: principal.name,
  sessionName: principal.sessionName,
  person: principal.person,
  // Identity Center and IAM say who it is; the session name of any other role is the caller's own choice.
  personIsClaimed: principal.type === "role" && principal.person !== null,
});
