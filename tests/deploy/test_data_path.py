"""Data flows: an item of the table reaches the function, and one that the function refuses ends in the queue.

Twice: in an account that allows everything, and in one where the function and its event source mapping may do what
the function's own role says, and no more.

The function says in a line of JSON what came of a record: its `keys`, and as `outcome` that it was "processed", or
"failed" because its new image has `poison` set. A failed record it reports as such to its event source mapping.
"""

import functools
import itertools
import json
import math
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError

from .cloud import Cloud, eventually

Item = dict[str, dict[str, Any]]

GOOD_BEFORE = 3
GOOD_AFTER = 3
"""How many good items are around the bad one."""

_numbers = itertools.count(1)


@dataclass(frozen=True)
class DataPath:
    """A table, the function that its stream feeds, and the queue for what the function refuses."""

    cloud: Cloud
    mapping: dict[str, Any]
    table: dict[str, Any]

    def new_item(self, **attributes: dict[str, Any]) -> Item:
        """An item with keys that no other has."""
        types = {entry["AttributeName"]: entry["AttributeType"] for entry in self.table["AttributeDefinitions"]}
        number = str(next(_numbers))
        keys = [key["AttributeName"] for key in self.table["KeySchema"]]
        return {key: {types[key]: number} for key in keys} | attributes

    def put(self, *items: Item) -> None:
        """Write all in one request, so that the function gets them in one batch."""
        requests = [{"PutRequest": {"Item": item}} for item in items]
        self.cloud.client("dynamodb").batch_write_item(RequestItems={self.table["TableName"]: requests})

    def said(self) -> list[dict[str, Any]]:
        """What the function has said so far."""
        functions = self.cloud.client("lambda")
        function = functions.get_function_configuration(FunctionName=self.mapping["FunctionArn"])
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        events = [
            event["message"]
            for page in pages.paginate(logGroupName=function["LoggingConfig"]["LogGroup"])
            for event in page["events"]
        ]
        return [json.loads(message) for message in events if message.startswith("{")]

    def count(self, outcome: str, item: Item) -> int:
        """How often this came of the item."""
        return sum(line["outcome"] == outcome and line["keys"].items() <= item.items() for line in self.said())

    def last_result(self) -> str:
        """What the event source mapping says of its last batch."""
        mapping = self.cloud.client("lambda").get_event_source_mapping(UUID=self.mapping["UUID"])
        return str(mapping["LastProcessingResult"])

    def next_letters(self) -> list[dict[str, Any]]:
        """Take out of the queue what it gives next."""
        queues = self.cloud.client("sqs")
        name = self.mapping["DestinationConfig"]["OnFailure"]["Destination"].rpartition(":")[2]
        url = queues.get_queue_url(QueueName=name)["QueueUrl"]
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        for message in messages:
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture(scope="module", params=["cloud", "iam_cloud"])
def path(request: pytest.FixtureRequest) -> DataPath:
    """The one data path of the stacks, in either account."""
    [resource] = request.getfixturevalue(request.param).resources("AWS::Lambda::EventSourceMapping")
    cloud: Cloud = resource.cloud
    mapping = cloud.client("lambda").get_event_source_mapping(UUID=resource.physical_id)
    table_name = mapping["EventSourceArn"].split("/")[1]
    table = cloud.client("dynamodb").describe_table(TableName=table_name)["Table"]
    return DataPath(cloud, mapping, table)


def test_an_item_reaches_the_function(path: DataPath) -> None:
    item = path.new_item()
    path.put(item)
    eventually("the function processes the item", lambda: path.count("processed", item))


def test_a_bad_item_holds_up_no_good_one_and_ends_in_the_queue(path: DataPath) -> None:
    before = [path.new_item() for _ in range(GOOD_BEFORE)]
    bad = path.new_item(poison={"BOOL": True})
    after = [path.new_item() for _ in range(GOOD_AFTER)]

    path.put(*before, bad, *after)
    [letter] = eventually("a letter about the bad item", path.next_letters)

    batch = letter["DDBStreamBatchInfo"]
    assert letter["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert batch["streamArn"] == path.mapping["EventSourceArn"]
    assert batch["batchSize"] == 1
    for item in (*before, *after):
        eventually(f"the function processes {item}", functools.partial(path.count, "processed", item))
    assert path.count("processed", bad) == 0
    # At first, each time that its batch was split until it was alone, and at each retry.
    retries = path.mapping["MaximumRetryAttempts"]
    splits = 1 + math.ceil(math.log2(1 + GOOD_AFTER))
    assert retries < path.count("failed", bad) <= 1 + splits + retries
    assert path.next_letters() == []


def test_nobody_may_do_anything_without_a_policy(iam_cloud: Cloud) -> None:
    iam = iam_cloud.client("iam")
    iam.create_user(UserName="nobody")
    key = iam.create_access_key(UserName="nobody")["AccessKey"]
    nobody = iam_cloud.client("dynamodb", key["AccessKeyId"], key["SecretAccessKey"])
    with pytest.raises(ClientError, match="AccessDenied"):
        nobody.list_tables()


@pytest.mark.parametrize("path", ["iam_cloud"], indirect=True)
def test_without_its_policies_the_function_gets_nothing(path: DataPath) -> None:
    iam = path.cloud.client("iam")
    function = path.cloud.client("lambda").get_function_configuration(FunctionName=path.mapping["FunctionArn"])
    role = function["Role"].rpartition("/")[2]
    policies = [policy["PolicyArn"] for policy in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]]
    item = path.new_item()
    for policy in policies:
        iam.detach_role_policy(RoleName=role, PolicyArn=policy)
    path.put(item)
    eventually("the mapping lacks a right", lambda: "dynamodb:GetRecords" in path.last_result())
    assert path.count("processed", item) == 0
    for policy in policies:
        iam.attach_role_policy(RoleName=role, PolicyArn=policy)
    eventually("the function processes the item", lambda: path.count("processed", item))
