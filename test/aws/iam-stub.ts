import type { StubAnswer, StubRequest } from "./stub-service.ts";

/** IAM's query protocol over roles and users in memory, as the API reference describes it: attaching twice is fine, detaching what is not there is not. */
export class IamStub {
  readonly attached = new Set<string>();
  /** Operations in the order in which they came, with the principal. */
  readonly calls: string[] = [];
  /** Error codes by `role/Dev`. */
  readonly refuses = new Map<string, string>();
  /** Page size of the list. */
  page = 100;

  readonly answer = (request: StubRequest): StubAnswer => {
    const input = new URLSearchParams(request.body);
    const action = input.get("Action") ?? "";
    const name = input.get("RoleName") === null ? `user/${input.get("UserName")}` : `role/${input.get("RoleName")}`;
    if (action === "ListEntitiesForPolicy") return xml(action, this.#list(Number(input.get("Marker") ?? 0)));
    this.calls.push(`${action} ${name}`);
    const refused = this.refuses.get(name);
    if (refused !== undefined) return error(refused);
    if (action.startsWith("Attach")) this.attached.add(name);
    else if (!this.attached.delete(name)) return error("NoSuchEntity", 404);
    return xml(action, "");
  };

  #list(from: number): string {
    const names = [...this.attached].sort().slice(from, from + this.page);
    const members = (kind: "role" | "user", tag: string): string =>
      names
        .filter((name) => name.startsWith(`${kind}/`))
        .map((name) => `<member><${tag}Name>${name.slice(5)}</${tag}Name><${tag}Id>X</${tag}Id></member>`)
        .join("");
    const more = from + this.page < this.attached.size;
    return `<PolicyGroups/><PolicyUsers>${members("user", "User")}</PolicyUsers><PolicyRoles>${members("role", "Role")}</PolicyRoles><IsTruncated>${more}</IsTruncated>${more ? `<Marker>${from + this.page}</Marker>` : ""}`;
  }
}

const type = { "content-type": "text/xml" };

const xml = (action: string, result: string): StubAnswer => ({
  headers: type,
  body: `<${action}Response xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><${action}Result>${result}</${action}Result><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></${action}Response>`,
});

const error = (code: string, status = 400): StubAnswer => ({
  status,
  headers: type,
  body: `<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${code} for the test</Message></Error><RequestId>r</RequestId></ErrorResponse>`,
});
