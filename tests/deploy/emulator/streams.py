"""Event source mappings of DynamoDB streams, with bounded retries, bisection and a failure destination.

MiniStack stores these settings and then retries a failing batch for ever. This poller stands in for its own:

- a batch is read once it is full, or `MaximumBatchingWindowInSeconds` after its first record was seen;
- a function that reports failed items has succeeded with all before the first of them; the rest is tried again;
- where the mapping bisects, that costs no retry, and a batch that makes no progress is halved, which costs none;
- a batch that fails after `MaximumRetryAttempts` retries is described to the `OnFailure` destination and dropped;
- where IAM is enforced, the function's own role must be allowed to read the stream and to write to the
  destination and with its key, as in AWS.

Not imitated: the pause between retries, `ParallelizationFactor` and `TumblingWindowInSeconds`. The mapping keeps
and returns them.
"""

import json
import logging
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import parse_arn
from ministack.core.responses import request_scope
from ministack.services import dynamodb, lambda_svc, sqs

from .permissions import Need, lacking

READ_ACTIONS = ("dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords")
SEND_ACTIONS = ("sqs:SendMessage",)
SEND_KEY_ACTIONS = ("kms:GenerateDataKey", "kms:Decrypt")
"""What a producer needs on the key of an encrypted queue."""

FOREVER = -1
"""`MaximumRetryAttempts` and `MaximumRecordAgeInSeconds` where there is no limit: also AWS's default."""

Record = dict[str, Any]
EventSourceMapping = dict[str, Any]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Batch:
    """Records that are handed to the function together."""

    records: list[Record]
    retries: int = 0
    """How often the function has been asked again for them."""

    def split(self, done: int) -> list["Batch"]:
        """What is left after the first records that are done with; two halves, if none is. It costs no retry."""
        middle = len(self.records) // 2
        parts = [self.records[done:]] if done else [self.records[:middle], self.records[middle:]]
        return [Batch(part, self.retries) for part in parts]

    def oldest_age(self) -> float:
        """Seconds since the oldest record was written."""
        return time.time() - min(float(r["dynamodb"]["ApproximateCreationDateTime"]) for r in self.records)


_waiting: dict[str, deque[Batch]] = defaultdict(deque)
"""The batches read but not yet done with, by mapping; in the order of the stream."""

_gathering_since: dict[str, float] = {}
"""When the first record of the batch that is still to be read was seen, by mapping."""


def install() -> None:
    """Replace MiniStack's poller of DynamoDB streams."""
    lambda_svc._poll_dynamodb_streams = poll


def poll() -> bool:
    """Do one step for each mapping; true if any had work, in which case MiniStack calls again at once."""
    # All take a step, so this must not stop at the first that had work.
    steps = [_step(mapping, table) for mapping, table in _mappings()]
    return any(steps)


def _mappings() -> Iterator[tuple[EventSourceMapping, str]]:
    """Each enabled mapping of a stream that is still its table's own, in the scope of its account and Region."""
    for account, region, mapping in lambda_svc._iter_all_esms():
        with request_scope(account, region):
            stream = lambda_svc._dynamodb_stream_table_from_arn_spec(parse_arn(mapping["EventSourceArn"]))
            table = dynamodb._tables.get(stream[0]) if stream else None
            current = table is not None and table.get("LatestStreamArn") == mapping["EventSourceArn"]
            if stream and current and mapping.get("Enabled", True):
                yield mapping, stream[0]


def _step(mapping: EventSourceMapping, table_name: str) -> bool:
    waiting = _waiting[mapping["UUID"]]
    if not waiting:
        waiting.extend(_read(mapping, table_name))
    if not waiting:
        return False
    batch = waiting.popleft()
    records = lambda_svc._apply_filter_criteria(batch.records, mapping)
    if records:
        waiting.extendleft(reversed(_deliver(mapping, Batch(records, batch.retries))))
    return True


def _read(mapping: EventSourceMapping, table_name: str) -> list[Batch]:
    """The next batch of the stream, if there is one and the function may read it."""
    positions = lambda_svc._dynamodb_stream_positions
    start = max(positions.get(mapping["UUID"], 0), dynamodb.stream_start_position(table_name))
    records = dynamodb.stream_records_since(table_name, start, mapping["BatchSize"])
    if not records or not _allowed(mapping, Need(READ_ACTIONS, mapping["EventSourceArn"])):
        return []
    if _gathers(mapping, len(records)):
        return []
    positions[mapping["UUID"]] = start + len(records)
    return [Batch(records)]


def _gathers(mapping: EventSourceMapping, number: int) -> bool:
    """Whether more records may still come into a batch of this number."""
    since = _gathering_since.setdefault(mapping["UUID"], time.monotonic())
    open_for = mapping["MaximumBatchingWindowInSeconds"] - (time.monotonic() - since)
    if number < mapping["BatchSize"] and open_for > 0:
        return True
    del _gathering_since[mapping["UUID"]]
    return False


def _deliver(mapping: EventSourceMapping, batch: Batch) -> list[Batch]:
    """Hand a batch to the function; what has to be handed to it again."""
    result = lambda_svc._execute_function(_function(mapping), {"Records": batch.records})
    done = _succeeded(mapping, batch, result)
    mapping["LastProcessingResult"] = "OK" if done == len(batch.records) else "FAILED"
    if done == len(batch.records):
        return []
    if mapping.get("BisectBatchOnFunctionError") and len(batch.records) > 1:
        return batch.split(done)
    rest = Batch(batch.records[done:], batch.retries + 1)
    if condition := _exhausted(mapping, rest):
        _report(mapping, rest, result, condition)
        return []
    return [rest]


def _succeeded(mapping: EventSourceMapping, batch: Batch, result: Mapping[str, Any]) -> int:
    """How many records at the head of the batch are done with."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", ()):
        return len(batch.records)
    failed = [failure.get("itemIdentifier") for failure in _reported(result)]
    order = {record["dynamodb"]["SequenceNumber"]: i for i, record in enumerate(batch.records)}
    # An identifier that is not in the batch makes the whole batch a failure.
    return min((order.get(identifier, 0) for identifier in failed), default=len(batch.records))


def _reported(result: Mapping[str, Any]) -> list[dict[str, str]]:
    body = result.get("body")
    answer = json.loads(body) if isinstance(body, str) and body else body
    return list(answer.get("batchItemFailures") or ()) if isinstance(answer, dict) else []


def _exhausted(mapping: EventSourceMapping, batch: Batch) -> str:
    """Why the batch is not tried again, in AWS's words; empty if it is."""
    retries = int(mapping.get("MaximumRetryAttempts", FOREVER))
    age = int(mapping.get("MaximumRecordAgeInSeconds", FOREVER))
    if retries != FOREVER and batch.retries > retries:
        return "RetryAttemptsExhausted"
    if age != FOREVER and batch.oldest_age() > age:
        return "MaxRecordAgeExceeded"
    return ""


def _report(mapping: EventSourceMapping, batch: Batch, result: Mapping[str, Any], condition: str) -> None:
    """Describe a dropped batch to the failure destination."""
    target = ((mapping.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination")
    if not target:
        return
    queue = sqs._queue_by_arn(target)
    key = (queue or {}).get("attributes", {}).get("KmsMasterKeyId")
    if _allowed(mapping, Need(SEND_ACTIONS, target), *([Need(SEND_KEY_ACTIONS, key)] if key else [])):
        lambda_svc._send_ddb_stream_failure_record(
            mapping, _function(mapping), batch.records, mapping["EventSourceArn"], result, condition
        )


def _function(mapping: EventSourceMapping) -> dict[str, Any]:
    record, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if record is None:
        raise LookupError(f"the function of event source mapping {mapping['UUID']} is gone")
    function: dict[str, Any] = record
    return function


def _allowed(mapping: EventSourceMapping, *needs: Need) -> bool:
    """Whether the function's role may do all of this. What it may not is logged."""
    role = _function(mapping)["config"]["Role"]
    denied = lacking(role, needs)
    if denied:
        mapping["LastProcessingResult"] = f"PROBLEM: {role} lacks {denied}"
        log.error(mapping["LastProcessingResult"])
    return not denied
