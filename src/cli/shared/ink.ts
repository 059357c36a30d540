import pc from "picocolors";

/** Colours in a terminal only, or where FORCE_COLOR asks for them; never for the mere presence of CI, whose output is a file. NO_COLOR wins. */
const colours = pc.isColorSupported && (process.stdout.isTTY === true || Boolean(process.env["FORCE_COLOR"]));

export const ink = pc.createColors(colours);

/** Styles of cli-table3: coloured in a terminal, plain where the output goes to a file or a pipe. */
export const tableStyle = (): { head: string[]; border: string[]; compact: boolean } =>
  colours ? { head: ["bold"], border: ["dim"], compact: true } : { head: [], border: [], compact: true };
