import { describe, expect, it } from "vitest";
import { nameToken, replaceNames } from "../../src/principal/name-token.ts";

const replaced = (text: string, ...names: string[]): string =>
  replaceNames(text, new Map(names.map((name, index) => [name, `(${index})`])));

describe("a name is found as a whole", () => {
  it.each([
    ["ann@example.com", "(0)"],
    ["mail ann@example.com.", "mail (0)."],
    ["ann@example.com, ANN@Example.com", "(0), (0)"],
    ["ann@example.com ann@example.com ann@example.com", "(0) (0) (0)"],
    ["<ann@example.com>", "<(0)>"],
    ["/user/ann@example.com/x", "/user/(0)/x"],
    ["ann@example.com\nann@example.com", "(0)\n(0)"],
    ["ann%40example.com", "(0)"],
    ["joann@example.com", "joann@example.com"],
    ["ann@example.com.au", "ann@example.com.au"],
    ["ann@example.com-x", "ann@example.com-x"],
    ["annXexample.com", "annXexample.com"],
    ["ann@exampleXcom", "ann@exampleXcom"],
  ])("%j", (text, expected) => expect(replaced(text, "ann@example.com")).toBe(expected));

  it.each([
    ['a <b> & "c"', 'a <b> & "c"'],
    ['a <b> & "c"', "a &lt;b&gt; &amp; &quot;c&quot;"],
    ['a <b> & "c"', "a &#60;b&#62; &#38; &#34;c&#34;"],
    ['a <b> & "c"', encodeURIComponent('a <b> & "c"')],
    ["(a+)[b]{c}|^$\\/?", "(a+)[b]{c}|^$\\/?"],
  ])("%j written as %j", (name, text) => expect(replaced(`x ${text} y`, name)).toBe("x (0) y"));

  it("and what stands for it is plain text; each name has its own", () => {
    expect(
      replaceNames(
        "ann, ben",
        new Map([
          ["ann", "$1$&"],
          ["ben", "p2"],
        ]),
      ),
    ).toBe("$1$&, p2");
    expect(new RegExp(nameToken("ann"), "i").exec("(Ann)")?.slice(1)).toEqual(["(", ")"]);
  });
});
