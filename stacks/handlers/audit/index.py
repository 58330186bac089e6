"""Writes one line of JSON to the log for each change of an order."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Handle a batch, and report the first record that cannot be handled: Lambda tries again from there.

    A record is handled at least once, so a reader of the log has to expect the same ``sequence`` twice.
    """
    for record in event["Records"]:
        change = record["dynamodb"]
        try:
            print(json.dumps(describe(record["eventName"], change)), flush=True)
        except ValueError as error:
            print(json.dumps({"refused": change["SequenceNumber"], "because": str(error)}), flush=True)
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def describe(event: str, change: dict[str, Any]) -> dict[str, Any]:
    """Return what the log says of one change.

    Raises:
        ValueError: The order cannot be audited: it is marked as poison.
    """
    if change.get("NewImage", {}).get("poison", {}).get("BOOL"):
        raise ValueError("the order is marked as poison")
    return {"audited": change["SequenceNumber"], "event": event, "keys": change["Keys"]}
