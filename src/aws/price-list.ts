import { GetProductsCommand, PricingClient } from "@aws-sdk/client-pricing";
import { type ClientOptions, clientConfig } from "./client-options.ts";
import { asking } from "./failure.ts";

/**
 * The products of a service on the AWS Price List, each a JSON text (GetProducts, AWS Price List API Reference). A page holds at most a hundred.
 * @throws StrataError naming what was asked and what to do, for example about a missing permission
 */
export async function* priceListProducts(service: string, options: ClientOptions = {}): AsyncGenerator<string> {
  // The query API has endpoints in three regions only; its answers are the same in all (AWS Billing User Guide).
  const client = new PricingClient(clientConfig({ region: "us-east-1", ...options }));
  try {
    let token: string | undefined;
    do {
      const NextToken = token;
      const page = await asking("prices", `products of ${service}`, "the AWS Price List", () =>
        client.send(
          new GetProductsCommand({ ServiceCode: service, MaxResults: 100, ...(NextToken === undefined ? {} : { NextToken }) }),
        ),
      );
      yield* page.PriceList ?? [];
      token = page.NextToken;
    } while (token !== undefined && token !== "");
  } finally {
    client.destroy();
  }
}
