"""Data flows: an item of the table reaches the function, and one that it cannot process ends in the queue.

Twice: in an account that allows everything, and in one where the function and its event source mapping have the
function's own role alone.

The function must print, for each record, one line of JSON with `outcome` ("processed" or "failed") and `keys` (the
record's `dynamodb.Keys`). It fails on a record whose new image has a true attribute `poison`, and reports it in
`batchItemFailures`.
"""

import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .cloud import Cloud, eventually

Item = dict[str, dict[str, Any]]
numbers = itertools.count(1)
GOOD_BEFORE, GOOD_AFTER = 3, 3
"""How many good items surround the bad one."""


@dataclass(frozen=True)
class DataPath:
    """A table, the function that its stream feeds, and the queue for what the function cannot process."""

    cloud: Cloud
    mapping: dict[str, Any]

    @property
    def table(self) -> dict[str, Any]:
        """The table's description."""
        name = self.mapping["EventSourceArn"].split("/")[1]
        table: dict[str, Any] = self.cloud.client("dynamodb").describe_table(TableName=name)["Table"]
        return table

    def new_item(self, **attributes: dict[str, Any]) -> Item:
        """An item with keys of its own."""
        types = {
            entry["AttributeName"]: entry["AttributeType"] for entry in self.table["AttributeDefinitions"]
        }
        number = str(next(numbers))
        return {
            key["AttributeName"]: {types[key["AttributeName"]]: number} for key in self.table["KeySchema"]
        } | attributes

    def keys(self, item: Item) -> Item:
        """The item's keys alone."""
        return {key["AttributeName"]: item[key["AttributeName"]] for key in self.table["KeySchema"]}

    def put(self, items: list[Item]) -> None:
        """Write all in one request, so that the function gets them in one batch."""
        requests = [{"PutRequest": {"Item": item}} for item in items]
        self.cloud.client("dynamodb").batch_write_item(RequestItems={self.table["TableName"]: requests})

    def count(self, outcome: str, item: Item) -> int:
        """How often the function came to this end with the item."""
        return Counter(self._outcomes())[outcome, json.dumps(self.keys(item), sort_keys=True)]

    def _outcomes(self) -> Iterator[tuple[str, str]]:
        configuration = self.cloud.client("lambda").get_function_configuration(
            FunctionName=self.mapping["FunctionArn"]
        )
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        for page in pages.paginate(logGroupName=configuration["LoggingConfig"]["LogGroup"]):
            for event in page["events"]:
                if event["message"].startswith("{"):
                    line = json.loads(event["message"])
                    yield line["outcome"], json.dumps(line["keys"], sort_keys=True)

    def dead_letters(self) -> list[dict[str, Any]]:
        """What the queue gives next, deleted from it."""
        queues = self.cloud.client("sqs")
        name = self.mapping["DestinationConfig"]["OnFailure"]["Destination"].rpartition(":")[2]
        url = queues.get_queue_url(QueueName=name)["QueueUrl"]
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture(scope="module", params=["cloud", "iam_cloud"])
def path(request: pytest.FixtureRequest) -> DataPath:
    """The one event source mapping of the stacks, in either account."""
    cloud: Cloud = request.getfixturevalue(request.param)
    [resource] = cloud.resources("AWS::Lambda::EventSourceMapping")
    mapping = cloud.client("lambda").get_event_source_mapping(UUID=resource.physical_id)
    return DataPath(cloud, mapping)


def test_an_item_reaches_the_function(path: DataPath) -> None:
    item = path.new_item()
    path.put([item])
    eventually("the function processes the item", lambda: path.count("processed", item) == 1)


def test_a_bad_item_holds_up_no_good_one_and_ends_in_the_queue(path: DataPath) -> None:
    bad = path.new_item(poison={"BOOL": True})
    before = [path.new_item() for _ in range(GOOD_BEFORE)]
    after = [path.new_item() for _ in range(GOOD_AFTER)]
    path.put([*before, bad, *after])

    for item in [*before, *after]:
        eventually(f"the function processes {item}", lambda item=item: path.count("processed", item) > 0)
    [letter] = eventually("the bad item in the dead-letter queue", path.dead_letters)

    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert letter["DDBStreamBatchInfo"]["streamArn"] == path.mapping["EventSourceArn"]
    assert letter["DDBStreamBatchInfo"]["batchSize"] == 1
    retries = path.mapping["MaximumRetryAttempts"]
    splits = 1 + math.ceil(math.log2(1 + GOOD_AFTER))
    assert 1 + retries <= path.count("failed", bad) <= 1 + retries + splits
    assert path.count("processed", bad) == 0
    assert not path.dead_letters()


def test_the_account_enforces_iam(iam_cloud: Cloud) -> None:
    """Without this, the data path in that account would prove nothing."""
    iam = iam_cloud.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    nobody = iam_cloud.client("dynamodb", key["AccessKeyId"], key["SecretAccessKey"])
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.list_tables()
