import { at, MEASURES } from "./measures.ts";
import { Resolver } from "./resolve.ts";
import table from "./service-rules.data.json" with { type: "json" };
import { CHECKS, type Resolved } from "./structural-rules.ts";
import { isRecord, type Refusal, type Resource, type Target, type Template } from "./template.ts";

/** One entry of service-rules.data.json. */
interface ServiceRule {
  readonly id: string;
  /** A resource type, or `*template` for the whole. */
  readonly type: string;
  readonly measure: string;
  readonly at?: string;
  readonly min?: number;
  readonly max?: number;
  readonly unit?: string;
  readonly pattern?: string;
  readonly check?: string;
  readonly what: string;
  readonly hint: string;
  readonly source: string;
}

const WHOLE = "*template";
export const SERVICE_RULES: readonly ServiceRule[] = table.rules;

/**
 * What services would refuse of a packaged template although every resource holds to its schema: names, sizes, policies, patterns. Empty when there is
 * nothing. An account whose quotas were raised may take more than this lets through; the rule's number then has to be raised here.
 */
export function checkTemplate(template: Template, target: Target): Refusal[] {
  const resolver = new Resolver(template, target);
  const resources = new Map(
    Object.entries(template.Resources).map(([name, resource]) => {
      const Properties = resolver.value(resource.Properties ?? {});
      return [name, { ...resource, Properties: isRecord(Properties) ? Properties : {} }] as const;
    }),
  );
  return SERVICE_RULES.flatMap((rule) => refusals(rule, template, { resources, target }));
}

function refusals(rule: ServiceRule, template: Template, resolved: Resolved): Refusal[] {
  const { id, hint, source, what, max = Number.POSITIVE_INFINITY } = rule;
  const refusal = (resource: string, message: string): Refusal => ({ rule: id, resource, message, hint, source });
  if (rule.measure === "check") {
    const check = CHECKS[rule.check ?? ""];
    if (!check) throw new Error(`service rule ${id}: there is no check ${rule.check}`);
    return check(resolved, max).map(([resource, wrong]) => refusal(resource, `${resource}: ${what} ${wrong}`));
  }
  const measured: (readonly [string, unknown])[] =
    rule.type === WHOLE
      ? [["the template", at(template, rule.at ?? "")]]
      : [...resolved.resources]
          .filter(([, { Type }]) => Type === rule.type)
          .map(([name, { Properties }]: readonly [string, Resource]) => [name, at(Properties, rule.at ?? "")] as const);
  return measured.flatMap(([name, value]) => {
    const wrong = fault(rule, value);
    return wrong === undefined ? [] : [refusal(name, `${name}: ${what} ${wrong}`)];
  });
}

function fault(rule: ServiceRule, value: unknown): string | undefined {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY, unit = "" } = rule;
  if (value === undefined) return undefined;
  if (rule.measure === "pattern" || rule.measure === "json-pattern") {
    const text = rule.measure === "pattern" ? String(value) : (JSON.stringify(value) ?? "");
    if (new RegExp(rule.pattern ?? "", "u").test(text)) return undefined;
    return rule.measure === "pattern" ? `does not allow "${text}" (${text.length} characters)` : "do not allow others";
  }
  const measure = MEASURES[rule.measure];
  if (!measure) throw new Error(`service rule ${rule.id}: there is no measure ${rule.measure}`);
  const found = measure(value);
  if (found === undefined) return undefined;
  if (found > max) return `comes to ${found} ${unit}, ${max} are allowed`;
  return found < min ? `comes to ${found} ${unit}, ${min} are needed` : undefined;
}
