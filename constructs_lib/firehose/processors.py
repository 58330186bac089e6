"""What happens to records on their way, in the order in which Firehose does it."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_lambda as lambda_

from constructs_lib.firehose.partitioning import Deaggregation
from constructs_lib.firehose.transformation import Transformation

CloudWatchLogs = Literal["whole", "messages"]
"""What becomes of the events that a subscription filter of CloudWatch Logs sends."""

_Stream = firehose.CfnDeliveryStream


def _processor(type: str, parameters: Mapping[str, str] | None = None) -> firehose.CfnDeliveryStream.ProcessorProperty:
    written = [
        _Stream.ProcessorParameterProperty(parameter_name=name, parameter_value=value)
        for name, value in (parameters or {}).items()
    ]
    return _Stream.ProcessorProperty(type=type, parameters=written or None)


def processing(
    *,
    cloudwatch_logs: CloudWatchLogs | None,
    transformation: Transformation | None,
    function: lambda_.IFunction | None,
    role_arn: str,
    delimiter: str | None,
    deaggregation: Deaggregation | None = None,
    query: str | None = None,
) -> firehose.CfnDeliveryStream.ProcessingConfigurationProperty | None:
    """Return how records are processed, or None if they are left alone.

    Args:
        cloudwatch_logs: Whether records are log events, and what becomes of those.
        transformation: How the function is invoked.
        function: The function itself.
        role_arn: The role that invokes it.
        delimiter: What is put after each record.
        deaggregation: How several records in one are taken apart.
        query: What is asked of each record in JQ, to find its folder or its table.
    """
    processors: list[Any] = []
    if cloudwatch_logs:
        processors.append(_processor("Decompression", {"CompressionFormat": "GZIP"}))
    if cloudwatch_logs == "messages":
        processors.append(_processor("CloudWatchLogProcessing", {"DataMessageExtraction": "true"}))
    if deaggregation:
        processors.append(_processor("RecordDeAggregation", deaggregation.parameters))
    if transformation and function:
        invoked = {"LambdaArn": function.function_arn, "RoleArn": role_arn}
        processors.append(_processor("Lambda", {**invoked, **transformation.parameters}))
    if query:
        extraction = {"MetadataExtractionQuery": query, "JsonParsingEngine": "JQ-1.6"}
        processors.append(_processor("MetadataExtraction", extraction))
    if delimiter:
        processors.append(_processor("AppendDelimiterToRecord"))
    return _enabled(processors)


def _enabled(processors: Sequence[Any]) -> firehose.CfnDeliveryStream.ProcessingConfigurationProperty | None:
    if not processors:
        return None
    return _Stream.ProcessingConfigurationProperty(enabled=True, processors=list(processors))
