"""LangChain (langchain-aws): request_metadata of the Converse model; for InvokeModel the labelled boto3 client."""

import boto3
from boto3_labels import label
from langchain_aws import ChatBedrock, ChatBedrockConverse

LABELS = {"team": "documents", "feature": "summaries", "environment": "prod"}
MODEL = "global.anthropic.claude-sonnet-4-6"

ChatBedrockConverse(model=MODEL, request_metadata=LABELS).invoke("Hello")
ChatBedrock(model=MODEL, client=label(boto3.client("bedrock-runtime"), **LABELS)).invoke("Hello")
