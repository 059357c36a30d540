/** The KMS client's package in small, over plain HTTP: what is tested is the question and what is made of the answer. */
export async function kmsClient(): Promise<object> {
  return { KMSClient, DescribeKeyCommand, GetKeyPolicyCommand };
}

class Command {
  readonly input: object;

  constructor(input: object) {
    this.input = input;
  }
}
class DescribeKeyCommand extends Command {}
class GetKeyPolicyCommand extends Command {}

class KMSClient {
  readonly #endpoint: string;

  constructor({ endpoint = "" }: { readonly endpoint?: string }) {
    this.#endpoint = endpoint;
  }

  async send(command: Command): Promise<unknown> {
    const operation = command.constructor.name.replace(/Command$/, "");
    const answer = await fetch(this.#endpoint, {
      method: "POST",
      headers: { "x-amz-target": `TrentService.${operation}` },
      body: JSON.stringify(command.input),
    });
    const body: unknown = await answer.json();
    if (answer.ok) return body;
    throw Object.assign(new Error(`${operation} for the test`), {
      name: answer.headers.get("x-amzn-errortype"),
      $metadata: { httpStatusCode: answer.status },
    });
  }
}
