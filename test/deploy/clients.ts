/** The account that everything happens in: the emulator takes an access key of twelve digits for the account's number. */
export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

export interface Clients {
  readonly endpoint: string;
  readonly options: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
}

/** What every SDK client of the test is made with. */
export const clientsFor = (endpoint: string): Clients => ({
  endpoint,
  options: { endpoint, region: REGION, credentials: { accessKeyId: ACCOUNT, secretAccessKey: "test" }, maxAttempts: 3 },
});

/** The same for commands that run as processes of their own. */
export const environmentFor = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: REGION,
  AWS_ACCESS_KEY_ID: ACCOUNT,
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_SDK_UA_APP_ID: "cli",
});
