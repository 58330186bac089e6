"""Writes one line of JSON to the log for each change of an order."""

import json
from typing import Any


def handler(event: dict[str, Any], context: object) -> dict[str, list[dict[str, str]]]:
    """Handle a batch, and report the first record that cannot be handled: Lambda tries again from there.

    A record is handled at least once, so whoever reads the log has to expect the same ``sequence`` twice.
    """
    for record in event["Records"]:
        change = record["dynamodb"]
        outcome = "failed" if is_poison(change) else "processed"
        print(json.dumps({"outcome": outcome, "event": record["eventName"], "keys": change["Keys"]}), flush=True)
        if outcome == "failed":
            return {"batchItemFailures": [{"itemIdentifier": change["SequenceNumber"]}]}
    return {"batchItemFailures": []}


def is_poison(change: dict[str, Any]) -> bool:
    """Tell whether an order cannot be audited; here, because it says so itself."""
    return bool(change.get("NewImage", {}).get("poison", {}).get("BOOL"))
