"""Keys: one for each store, or one that is given."""

import inspect
from collections.abc import Mapping
from typing import Any, Final, get_args, get_type_hints

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib import athena, rds, redshift
from constructs_lib.encryption import allow_logs, store_key
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import Replica, ReplicaRegion
from constructs_lib.lifecycle import Lifecycle
from tests.properties.test_wrong_values import CONSTRUCTS
from tests.rds.instances import POSTGRES
from tests.refusing import problems
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


def _keys(made: type) -> list[str]:
    """Return the options that take a key."""
    hints = get_type_hints(inspect.unwrap(vars(made)["__init__"]))
    return [name for name, hint in hints.items() if kms.IKey in (hint, *get_args(hint))]


ALIAS: Final = (
    "the alias of a key",
    "Policies know keys by their ids: give the key itself, or kms.Key.from_key_arn with the ARN of the key.",
)
"""What is said of an alias."""
ENCRYPTED: Final[Mapping[type, Any]] = {
    **{made: make for made, make in CONSTRUCTS.items() if _keys(made)},
    athena.Location: lambda stack, **keys: athena.Location(s3.Bucket(stack, "Lake"), **keys),
    Replica: lambda stack, **keys: Replica(bucket=s3.Bucket(stack, "Copies"), **keys),
    ReplicaRegion: lambda stack, **keys: ReplicaRegion(stack, **keys),
    redshift.SnapshotCopy: lambda stack, **keys: redshift.SnapshotCopy(scope=stack, **keys),
    rds.GlobalRegion: lambda stack, **keys: rds.GlobalRegion(stack, new_vpc(stack), **keys),
}


@pytest.mark.parametrize("made", ENCRYPTED, ids=lambda it: f"{it.__module__.split('.')[1]}.{it.__name__}")
def test_an_alias_is_refused_wherever_a_key_is_given(stack: cdk.Stack, made: type) -> None:
    """IAM would match no key by it: what encrypts would not be let in."""
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/orders")
    found = problems(lambda: ENCRYPTED[made](stack, **dict.fromkeys(_keys(made), alias)))
    assert {it.option for it in found} == set(_keys(made))
    assert {(it.given, it.advice) for it in found} == {ALIAS}


def test_an_alias_that_the_app_makes_is_refused_too(stack: cdk.Stack) -> None:
    alias = kms.Key(stack, "Given").add_alias("alias/orders")
    [problem] = problems(lambda: rds.MultiAzInstance(stack, "Orders", engine=POSTGRES, vpc=new_vpc(stack), key=alias))
    assert problem == Problem("key", ALIAS[0], "kms.IKey or None", ALIAS[1])


STREAM: Final = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
TABLE: Final = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
BY_ALIAS: Final[Mapping[Any, Any]] = {
    s3.IBucket: lambda stack, key: s3.Bucket(stack, "Aliased", encryption_key=key),
    kinesis.IStream: lambda stack, key: kinesis.Stream.from_stream_attributes(
        stack, "Aliased", stream_arn=STREAM, encryption_key=key
    ),
    dynamodb.ITable: lambda stack, key: dynamodb.Table.from_table_attributes(
        stack, "Aliased", table_arn=TABLE, encryption_key=key
    ),
    secretsmanager.ISecret: lambda stack, key: secretsmanager.Secret(stack, "Aliased", encryption_key=key),
}
"""How that is made which an alias encrypts."""


def _aliased(made: type) -> dict[str, Any]:
    """Return the options that take what a key encrypts, and how it is made."""
    hints = get_type_hints(inspect.unwrap(vars(made)["__init__"]))
    return {
        name: make
        for name, hint in hints.items()
        for interface, make in BY_ALIAS.items()
        if interface in (hint, *get_args(hint))
    }


@pytest.mark.parametrize(
    ("made", "option"),
    [(made, option) for made in CONSTRUCTS for option in _aliased(made)],
    ids=lambda it: it if isinstance(it, str) else f"{it.__module__.split('.')[1]}.{it.__name__}",
)
def test_what_an_alias_encrypts_is_refused(stack: cdk.Stack, made: type, option: str) -> None:
    alias = kms.Alias.from_alias_name(stack, "Alias", "alias/orders")
    found = problems(lambda: CONSTRUCTS[made](stack, **{option: _aliased(made)[option](stack, alias)}))
    assert Problem(option, "one encrypted by the alias of a key", "one encrypted by a key", ALIAS[1]) in found
