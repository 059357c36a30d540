import pc from "picocolors";

/** Styles of cli-table3: coloured in a terminal, plain where the output goes to a file or a pipe. */
export const tableStyle = (): { head: string[]; border: string[]; compact: boolean } =>
  pc.isColorSupported && process.stdout.isTTY
    ? { head: ["bold"], border: ["dim"], compact: true }
    : { head: [], border: [], compact: true };
