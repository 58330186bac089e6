"""What MiniStack leaves out of a Kinesis stream: encryption, metrics of shards, and the size of records."""

import json
from collections.abc import Callable
from typing import Any

from ministack.services import kinesis

from .provision import Props, WatchedProps, client, complete_type

Answer = tuple[int, dict[str, str], str | bytes]


def install() -> None:
    """Complete the stream, and what is said of it."""
    complete_type("AWS::Kinesis::Stream", _stream)
    kinesis._describe_stream_summary = _with_settings(kinesis._describe_stream_summary)


def _stream(name: str, props: WatchedProps) -> dict[str, Any]:
    if "StreamEncryption" in props:
        client("kinesis").start_stream_encryption(StreamName=name, **props["StreamEncryption"])
    if "DesiredShardLevelMetrics" in props:
        metrics = props["DesiredShardLevelMetrics"]
        client("kinesis").enable_enhanced_monitoring(StreamName=name, ShardLevelMetrics=metrics)
    if "MaxRecordSizeInKiB" in props:
        kinesis._streams[name]["MaxRecordSizeInKiB"] = props["MaxRecordSizeInKiB"]
    return {}


def _with_settings(describe: Callable[[Props], Answer]) -> Callable[[Props], Answer]:
    """MiniStack says of every stream that no metrics of shards are on, and nothing of the size."""

    def describe_completely(request: Props) -> Answer:
        status, headers, body = describe(request)
        answer = json.loads(body)
        if summary := answer.get("StreamDescriptionSummary"):
            stream = kinesis._streams[summary["StreamName"]]
            summary["EnhancedMonitoring"] = [{"ShardLevelMetrics": stream.get("ShardLevelMetrics", [])}]
            summary["MaxRecordSizeInKiB"] = stream.get("MaxRecordSizeInKiB", 1024)
        return status, headers, json.dumps(answer)

    return describe_completely
