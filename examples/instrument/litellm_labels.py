"""LiteLLM as a library: requestMetadata of a model that goes through Converse."""

import litellm

litellm.completion(
    model="bedrock/converse/global.anthropic.claude-sonnet-4-6",
    messages=[{"role": "user", "content": "Hello"}],
    requestMetadata={"team": "documents", "feature": "summaries", "environment": "prod"},
)
