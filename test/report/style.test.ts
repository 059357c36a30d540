import { describe, expect, test } from "vitest";
import { style } from "../../src/report/html/style.ts";

const channel = (value: number): number => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const luminance = (hex: string): number => {
  const full = hex.length === 4 ? [...hex.slice(1)].map((digit) => digit + digit).join("") : hex.slice(1);
  const [r = 0, g = 0, b = 0] = [0, 2, 4].map((at) => channel(Number.parseInt(full.slice(at, at + 2), 16) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
/** WCAG 2.2 contrast ratio. */
const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
};
const variables = (text: string): Map<string, string> =>
  new Map([...text.matchAll(/--(\w+):(#[0-9a-f]{3,6})/g)].map((match) => [match[1] ?? "", match[2] ?? ""]));
const [light = "", dark = ""] = style.split("@media (prefers-color-scheme:dark)");
const SCHEMES = [
  ["light", variables(light.split("}")[0] ?? "")],
  ["dark", variables(dark.split("}")[0] ?? "")],
  ["print", variables((style.split("@media print")[1] ?? "").split("}")[0] ?? "")],
] as const;

describe.each(SCHEMES)("colours in the %s scheme", (_, colours) => {
  const of = (name: string): string => colours.get(name) ?? "missing";
  test.each(["ink", "muted", "accent", "good", "warn", "bad"])("text in --%s reads on surface and background (4.5:1)", (name) => {
    for (const ground of ["surface", "bg"]) expect(contrast(of(name), of(ground))).toBeGreaterThanOrEqual(4.5);
  });
  test.each(["c1", "c2", "c3", "c4"])("marks in --%s stand out from the surface (3:1)", (name) => {
    expect(contrast(of(name), of("surface"))).toBeGreaterThanOrEqual(3);
  });
});
