"""Makes what stacks declare inside a Redshift database, and answers CloudFormation whatever happens."""

import json
import time
import urllib.request
from types import ModuleType
from typing import Any, Final

import boto3

from . import grants, roles, rotation, schemas, streams, tables, users
from .warehouse import Warehouse

KINDS: Final[dict[str, ModuleType]] = {
    "Custom::RedshiftGrant": grants,
    "Custom::RedshiftRole": roles,
    "Custom::RedshiftSchema": schemas,
    "Custom::RedshiftStreamingIngestion": streams,
    "Custom::RedshiftTable": tables,
    "Custom::RedshiftUser": users,
}
MADE: Final = "made "
"""What was made here is what a deletion may drop; what was found stays."""
FOUND: Final = "found "
NEITHER: Final = "not made"
MARGIN_SECONDS: Final = 20
"""What is left for the answer when statements are given up."""
ANSWER_ATTEMPTS: Final = 5
LONGEST_REASON: Final = 2_000
ROLLING_BACK: Final = "ROLLBACK_IN_PROGRESS"


def handler(event: dict[str, Any], context: Any) -> None:
    """Do what CloudFormation asks for, and say how it went; or what Secrets Manager asks for."""
    deadline = time.monotonic() + context.get_remaining_time_in_millis() / 1000 - MARGIN_SECONDS
    if "Step" in event:
        rotation.rotate(event, deadline=deadline)
        return
    answer = {it: event[it] for it in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"Status": "SUCCESS", "PhysicalResourceId": event.get("PhysicalResourceId", NEITHER)}
    try:
        answer["PhysicalResourceId"] = _do(event, deadline)
    except Exception as error:
        answer |= {"Status": "FAILED", "Reason": f"{_reason(error)} (The log is {context.log_stream_name}.)"}
    print(json.dumps({it: answer.get(it) for it in ("LogicalResourceId", "Status", "Reason", "PhysicalResourceId")}))
    _send(event["ResponseURL"], answer)


def _do(event: dict[str, Any], deadline: float) -> str:
    """Create, update or delete, and return the physical id, which an update never changes."""
    declared, kind = event["ResourceProperties"], KINDS[event["ResourceType"]]
    warehouse = Warehouse(
        boto3.client("redshift-data"),
        declared,
        deadline=deadline,
        rolling_back=lambda: _is_rolling_back(event["StackId"]),
    )
    match event["RequestType"]:
        case "Create":
            made = kind.create(warehouse, declared)
            return f"{MADE if made else FOUND}{kind.identity(declared)}"
        case "Update":
            kind.update(warehouse, declared, event["OldResourceProperties"])
        case "Delete" if event["PhysicalResourceId"].startswith(MADE):
            kind.delete(warehouse, declared)
    return str(event["PhysicalResourceId"])


def _is_rolling_back(stack: str) -> bool:
    [found] = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return str(found["StackStatus"]).endswith(ROLLING_BACK)


def _reason(error: Exception) -> str:
    text = str(error) or type(error).__name__
    return text if len(text) <= LONGEST_REASON else f"{text[:LONGEST_REASON]}..."


def _send(url: str, answer: dict[str, Any]) -> None:
    """Put the answer where CloudFormation waits for it; a failure fails the invocation, which Lambda tries again."""
    body = json.dumps(answer).encode()
    request = urllib.request.Request(url, data=body, method="PUT", headers={"Content-Type": ""})  # noqa: S310 (CloudFormation's)
    for attempt in range(ANSWER_ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=10):  # noqa: S310
                return
        except OSError:
            if attempt == ANSWER_ATTEMPTS - 1:
                raise
            time.sleep(2**attempt / 2)
