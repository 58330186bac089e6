"""Services put together: from a stream to where its records are asked about."""

from constructs_lib.patterns.stream_to_lake import StreamToLake
from constructs_lib.patterns.stream_to_warehouse import Copy, StreamToWarehouse, View

__all__ = [
    "Copy",
    "StreamToLake",
    "StreamToWarehouse",
    "View",
]
