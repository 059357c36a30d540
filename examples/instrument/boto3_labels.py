"""boto3: labels on every call of a Bedrock Runtime client, whatever its version; what a call sets itself wins."""

import json

HEADER = "X-Amzn-Bedrock-Request-Metadata"


def label(client, **labels):
    """Puts labels on InvokeModel and Converse, with and without streams, before the request is signed. Returns the client."""

    def invoke(params, **_):
        headers = params["headers"]
        own = json.loads(headers.get(HEADER, "{}"))
        headers[HEADER] = json.dumps({**labels, **own})

    def converse(params, **_):
        body = json.loads(params["body"])
        body["requestMetadata"] = {**labels, **body.get("requestMetadata", {})}
        params["body"] = json.dumps(body).encode()

    for operation, hook in {
        "InvokeModel": invoke,
        "InvokeModelWithResponseStream": invoke,
        "Converse": converse,
        "ConverseStream": converse,
    }.items():
        client.meta.events.register(f"before-call.bedrock-runtime.{operation}", hook)
    return client


if __name__ == "__main__":
    import boto3

    bedrock = label(boto3.client("bedrock-runtime"), team="documents", feature="summaries", environment="prod")
    model = "global.anthropic.claude-sonnet-4-6"
    bedrock.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "Hello"}]}])
    body = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 64, "messages": [{"role": "user", "content": "Hello"}]}
    bedrock.invoke_model(modelId=model, contentType="application/json", body=json.dumps(body))
