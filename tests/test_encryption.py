"""Keys: one for each store, or one that is given."""

import aws_cdk as cdk
from aws_cdk import aws_kms as kms

from constructs_lib import rds
from constructs_lib.encryption import allow_logs, store_key
from constructs_lib.lifecycle import Lifecycle
from tests.rds.instances import POSTGRES
from tests.synthesis import deployed, judge, new_vpc, template

KEY = "AWS::KMS::Key"


def test_a_key_is_made_for_the_store(stack: cdk.Stack) -> None:
    store_key(stack, None, Lifecycle.RETAINED)
    key = template(stack).only(KEY)
    assert key["Properties"]["EnableKeyRotation"] is True
    assert key["Properties"]["PendingWindowInDays"] == 30
    assert key["DeletionPolicy"] == "Retain"


def test_the_policy_of_the_key_names_the_account_alone(stack: cdk.Stack) -> None:
    store_key(stack, None, Lifecycle.DISPOSABLE)
    [statement] = deployed(template(stack).properties(KEY)["KeyPolicy"]["Statement"])
    assert statement["Principal"] == {"AWS": "arn:aws:iam::123456789012:root"}


def test_a_key_that_is_given_is_used(stack: cdk.Stack) -> None:
    given = kms.Key(stack, "Given")
    assert store_key(stack, given, Lifecycle.RETAINED) is given


def test_the_policy_of_an_imported_key_stays_as_it_is(stack: cdk.Stack) -> None:
    arn = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
    allow_logs(kms.Key.from_key_arn(stack, "Given", arn))
    assert template(stack).content.get("Resources") is None


def test_log_groups_of_several_stores_share_a_key(stack: cdk.Stack) -> None:
    key, vpc = kms.Key(stack, "Given", enable_key_rotation=True), new_vpc(stack)
    for name in ("One", "Two"):
        rds.MultiAzInstance(stack, name, engine=POSTGRES, vpc=vpc, key=key)
    verdict = judge(stack)
    statements = deployed(verdict.template().properties(KEY)["KeyPolicy"]["Statement"])
    sids = [it["Sid"] for it in statements if "Sid" in it]
    assert verdict.findings == []
    assert len([it for it in statements if "logs." in str(it["Principal"])]) == 1
    assert len(sids) == len(set(sids)), "IAM wants a Sid to be unique in its policy"
