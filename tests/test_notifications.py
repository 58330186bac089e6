"""A topic that services can really publish to."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from constructs_lib.errors import Problem
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import PUBLISHERS, AlarmTopic
from tests.refusing import THE_CONSTRUCT, problems
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_stack, template


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    AlarmTopic(stack, "Alarms")
    assert judge(stack).findings == []


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    AlarmTopic(stack, "Alarms")
    assert template(stack).content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    AlarmTopic(stack, "Alarms", key=key, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def _allowed(statements: list[Any], service: str) -> Any:
    [statement] = [it for it in statements if f"'{service}'" in str(it["Principal"])]
    return deployed(statement)


@pytest.mark.parametrize("service", PUBLISHERS)
def test_topic_and_key_let_the_service_publish_for_this_account(stack: cdk.Stack, service: str) -> None:
    AlarmTopic(stack, "Alarms")
    written = template(stack)
    own = {"StringEquals": {"aws:SourceAccount": "123456789012"}}
    topic = _allowed(written.properties("AWS::SNS::TopicPolicy")["PolicyDocument"]["Statement"], service)
    key = _allowed(written.properties("AWS::KMS::Key")["KeyPolicy"]["Statement"], service)
    assert (topic["Action"], topic["Condition"]) == ("sns:Publish", own)
    assert (key["Action"], key["Condition"]) == (["kms:Decrypt", "kms:GenerateDataKey"], own)


def test_what_goes_through_the_topic_is_encrypted(stack: cdk.Stack) -> None:
    AlarmTopic(stack, "Alarms")
    written = template(stack)
    assert written.type_of(written.properties("AWS::SNS::Topic")["KmsMasterKeyId"]) == "AWS::KMS::Key"
    assert '"aws:SecureTransport": "false"' in str(written)


@pytest.mark.parametrize(("lifecycle", "policy"), [(Lifecycle.RETAINED, "Retain"), (Lifecycle.DISPOSABLE, "Delete")])
def test_the_key_follows_the_lifecycle(stack: cdk.Stack, lifecycle: Lifecycle, policy: str) -> None:
    AlarmTopic(stack, "Alarms", lifecycle=lifecycle)
    assert template(stack).only("AWS::KMS::Key")["DeletionPolicy"] == policy


def test_a_wrong_option_is_refused(stack: cdk.Stack) -> None:
    assert problems(lambda: AlarmTopic(stack, "Alarms", key="alias/orders")) == [  # type: ignore[arg-type]
        Problem("key", "'alias/orders'", "kms.IKey or None", THE_CONSTRUCT)
    ]
