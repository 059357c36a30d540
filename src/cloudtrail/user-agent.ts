/** What a user agent says of the client. */
export interface Client {
  readonly client: string | null;
  readonly version: string | null;
  readonly entrypoint: string | null;
  /** Its first words, names and versions only: anything else is the caller's own text. */
  readonly agent: string | null;
}

const NOBODY: Client = { client: null, version: null, entrypoint: null, agent: null };
const WORD = /^[A-Za-z][\w.+-]{0,40}(?:\/[\w.+-]{1,40}){1,3}(?:#[\w.+-]{1,40})?$/;
const LONGEST = 1024;

/** Prefix of the first word that fits → client. Applications stand before the SDK that carries them. */
const KNOWN: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\s)claude-cli\/(\S+)/i, "claude-code"],
  [/(?:^|\s)ai-sdk\/amazon-bedrock\/(\S+)/i, "vercel-ai-sdk"],
  [/(?:^|\s)litellm\/(\S+)/i, "litellm"],
  [/(?:^|\s)langchain-aws\/(\S+)/i, "langchain-aws"],
  [/(?:^|\s)strands-agents\/(\S+)/i, "strands"],
  [/(?:^|\s)Anthropic\/(?:Python|JS) (\S+)/i, "anthropic-sdk"],
  [/(?:^|\s)(?:Async)?OpenAI\/(?:Python|JS) (\S+)/i, "openai-sdk"],
  [/^aws-cli\/(\S+)/i, "aws-cli"],
  [/^Boto3\/(\S+)/i, "boto3"],
  [/^aws-sdk-js\/(\S+)/i, "aws-sdk-js"],
  [/^aws-sdk-java\/(\S+)/i, "aws-sdk-java"],
  [/^aws-sdk-go-v2\/(\S+)/i, "aws-sdk-go"],
  [/^aws-sdk-(?:dotnet|net)\S*\/(\S+)/i, "aws-sdk-dotnet"],
  [/^aws-sdk-rust\/(\S+)/i, "aws-sdk-rust"],
  [/^Kiro(?:IDE|CLI)?(?:\/(\S+))?/i, "kiro"],
  [/^Mozilla\//i, "browser"],
  [/^(?:AWS Internal|[a-z0-9-]+\.amazonaws\.com)$/i, "aws"],
];

/**
 * `claude-cli/2.1.332 (external, sdk-ts, agent-sdk/0.3.332)` → Claude Code 2.1.332, sdk-ts. The caller writes the user agent himself: it fills what
 * nothing else tells, and proves nothing.
 */
export function readUserAgent(text: string | null): Client {
  if (text === null || text === "") return NOBODY;
  const agent = text.slice(0, LONGEST);
  const words = agent.split(/\s+/).filter((word) => WORD.test(word));
  const told = { agent: words.length === 0 ? null : words.slice(0, 3).join(" ") };
  for (const [pattern, client] of KNOWN) {
    const match = pattern.exec(agent);
    if (match === null) continue;
    const version = match[1] !== undefined && /^[\w.+-]{1,40}$/.test(match[1]) ? match[1] : null;
    return { client, version, entrypoint: client === "claude-code" ? startedBy(agent) : null, ...told };
  }
  return { ...NOBODY, ...told };
}

/** In the brackets the second word: who it is built for, how it was started. */
function startedBy(agent: string): string | null {
  const [, second] = /^claude-cli\/\S+ \([\w-]{1,40}, ([\w-]{1,40})[,)]/.exec(agent) ?? [];
  return second ?? null;
}
