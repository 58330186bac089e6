"""How options are read: whatever does not belong is refused before AWS CDK sees it."""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal
from unittest.mock import Mock

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_dynamodb, aws_lambda, aws_rds
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib import dynamodb, firehose, kinesis
from constructs_lib.delivery import Delivery
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.options import checked, describe, fits, options
from tests.refusing import OF_THAT_TYPE, THE_CONSTRUCT, problems


@options
class Sample:
    """Options of every kind."""

    name: str
    port: int = 1
    share: float = 0.5
    words: Sequence[str] = ()
    labels: Mapping[str, int] = field(default_factory=dict)
    mode: Literal["fast", "safe"] = "safe"
    lifecycle: Lifecycle = Lifecycle.RETAINED
    key: kms.IKey | None = None


class Store(Construct):
    """A construct with options."""

    @checked
    def __init__(self, scope: Construct, id: str, *, name: str, port: int = 1) -> None:
        super().__init__(scope, id)
        self.name = name
        kms.Key(self, "Key", pending_window=cdk.Duration.days(port))


@pytest.mark.parametrize(
    "given",
    [
        {"name": "a"},
        {"name": "a", "port": 2, "share": 1, "words": ["b"], "labels": {"c": 1}},
        {"name": "a", "share": 1.5, "words": ("b", "c"), "mode": "fast"},
        {"name": "a", "lifecycle": Lifecycle.DISPOSABLE, "key": None},
    ],
)
def test_what_fits_is_taken(given: dict[str, Any]) -> None:
    sample = Sample(**given)
    assert {name: getattr(sample, name) for name in given} == given


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, Problem("name", "nothing", "str", "This option is required.")),
        ({"name": 5}, Problem("name", "5", "str", OF_THAT_TYPE)),
        ({"name": None}, Problem("name", "None", "str", OF_THAT_TYPE)),
        ({"name": "a", "port": 1.5}, Problem("port", "1.5", "int", OF_THAT_TYPE)),
        ({"name": "a", "port": True}, Problem("port", "True", "int", OF_THAT_TYPE)),
        ({"name": "a", "share": "half"}, Problem("share", "'half'", "float", OF_THAT_TYPE)),
        ({"name": "a", "share": False}, Problem("share", "False", "float", OF_THAT_TYPE)),
        ({"name": "a", "words": "b"}, Problem("words", "'b'", "a list of str", OF_THAT_TYPE)),
        ({"name": "a", "words": [1]}, Problem("words", "[1]", "a list of str", OF_THAT_TYPE)),
        (
            {"name": "a", "labels": {"b": "c"}},
            Problem("labels", "{'b': 'c'}", "a mapping of str to int", OF_THAT_TYPE),
        ),
        (
            {"name": "a", "labels": ["b"]},
            Problem("labels", "['b']", "a mapping of str to int", OF_THAT_TYPE),
        ),
        (
            {"name": "a", "mode": "slow"},
            Problem("mode", "'slow'", "'fast' or 'safe'", OF_THAT_TYPE),
        ),
        (
            {"name": "a", "lifecycle": "retained"},
            Problem("lifecycle", "'retained'", "lifecycle.Lifecycle", OF_THAT_TYPE),
        ),
        ({"name": "a", "key": "k"}, Problem("key", "'k'", "kms.IKey or None", THE_CONSTRUCT)),
        (
            {"name": "a", "prot": 1},
            Problem(
                "prot",
                "an unknown option",
                "name, port, share, words, labels, mode, lifecycle, key",
                "Did you mean port?",
            ),
        ),
    ],
)
def test_what_does_not_fit_is_refused(given: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Sample(**given)) == [expected]


def test_a_value_too_many_is_refused() -> None:
    found = problems(lambda: Sample("a", 1, 0.5, [], {}, "safe", Lifecycle.RETAINED, None, "more"))  # type: ignore[call-arg]
    assert found == [Problem("options", "'more'", "keywords", "Write name=value.")]


def test_a_value_given_twice_is_refused() -> None:
    found = problems(lambda: Sample("a", name="b"))  # type: ignore[misc]
    assert found == [Problem("name", "two values", "one", "Give it in one place.")]


def test_what_holds_the_right_thing_is_told_to_hand_it_over(stack: cdk.Stack) -> None:
    """Our constructs hold what CDK's interfaces want: ``IsolatedVpc(...).vpc``."""
    [problem] = problems(lambda: AlarmTopic(stack, "Topic", key=AlarmTopic(stack, "Other")))  # type: ignore[arg-type]
    assert (problem.option, problem.advice) == ("key", "Pass its .key.")
    given: Any = {"source": kinesis.Stream(stack, "Clicks"), "bucket": LandingBucket(stack, "Lake")}
    found = problems(lambda: firehose.S3DeliveryStream(stack, "Delivery", **given))
    assert [(it.option, it.advice) for it in found] == [
        ("bucket", "Pass its .bucket."),
        ("source", "Pass its .stream."),
    ]


def test_options_are_frozen_and_compared_by_value() -> None:
    assert Sample("a") == Sample(name="a")
    assert hash(Lifecycle.RETAINED)
    with pytest.raises(AttributeError):
        Sample("a").name = "b"  # type: ignore[misc]


def test_a_construct_takes_keywords_alone(stack: cdk.Stack) -> None:
    found = problems(lambda: Store(stack, "Orders", 5, name="a"))  # type: ignore[arg-type, misc]
    assert found == [Problem("options", "5", "keywords", "Write name=value.")]


def test_everything_wrong_with_a_construct_is_said_at_once(stack: cdk.Stack) -> None:
    found = problems(lambda: Store(stack, "Orders", prot=1, port="x"))  # type: ignore[arg-type, call-arg]
    assert {problem.option for problem in found} == {"prot", "name", "port"}


def test_what_a_construct_finds_itself_is_said_with_a_misspelt_word(stack: cdk.Stack) -> None:
    key = aws_dynamodb.Attribute(name="id", type=aws_dynamodb.AttributeType.STRING)

    def make(**options: Any) -> dynamodb.Table:
        return dynamodb.Table(stack, "Orders", partition_key=key, **options)

    found = problems(lambda: make(expiry_atribute="day", expiry_attribute="id", waive={dynamodb.ALARMS: " "}))
    assert [problem.option for problem in found] == ["expiry_atribute", "waive", "expiry_attribute"]
    assert make(), "what was refused before is not there"


def test_what_a_value_finds_itself_is_said_with_a_misspelt_word() -> None:
    found = problems(lambda: Delivery(batch_sise=5, retry_attempts=-1))  # type: ignore[call-arg]
    assert [problem.option for problem in found] == ["batch_sise", "retry_attempts"]


def test_a_construct_that_checks_nothing_itself_is_not_left_behind(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: Store(stack, "Orders", name="a", port=7, prot=8))  # type: ignore[call-arg]
    assert problem.option == "prot"
    assert Store(stack, "Orders", name="a", port=7)


def test_what_cdk_refuses_is_said_with_a_misspelt_word(stack: cdk.Stack) -> None:
    found = problems(lambda: Store(stack, "Orders", name="a", port=99, prot=8))  # type: ignore[call-arg]
    assert [problem.option for problem in found] == ["prot", "options"]


def test_a_mock_is_of_no_interface(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: Sample(name="a", key=Mock(spec_set=None)))
    assert problem.allowed == "kms.IKey or None"
    with pytest.raises(InvalidOptionsError, match="scope and id: got <Mock"):
        Store(Mock(), "Orders", name="a")


@pytest.mark.parametrize(
    ("scope", "id"),
    [(None, "Orders"), ("Stack", "Orders"), ("stack", 5), pytest.param("stack", cdk.Aws.REGION, id="token")],
)
def test_scope_and_id_are_checked_too(stack: cdk.Stack, scope: Any, id: Any) -> None:
    parent = stack if scope == "stack" else scope
    with pytest.raises(InvalidOptionsError, match=r"^Store: 1 invalid option\n  - scope and id: "):
        Store(parent, id, name="a")


def test_what_cdk_refuses_is_said_in_its_words_without_javascript(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: Store(stack, "Orders", name="a", port=99))
    assert problem.given == "what AWS CDK refuses"
    assert "'pendingWindow' value must between 7 and 30" in problem.advice
    assert "Kernel" not in problem.advice


def test_an_error_of_our_own_stays_what_it_is(stack: cdk.Stack) -> None:
    class Broken(Construct):
        """A construct with a bug."""

        @checked
        def __init__(self, scope: Construct, id: str) -> None:
            super().__init__(scope, id)
            raise KeyError("bug")

    with pytest.raises(KeyError, match="bug"):
        Broken(stack, "Orders")


def test_the_signature_is_that_of_the_construct() -> None:
    assert list(inspect.signature(Store.__init__).parameters) == ["self", "scope", "id", "name", "port"]


KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:audit"
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"


@pytest.mark.parametrize(
    ("interface", "make"),
    [
        (kms.IKey, lambda it: kms.Key(it, "X")),
        (kms.IKey, lambda it: kms.Key.from_key_arn(it, "X", KEY)),
        (kms.IKey, lambda it: kms.Key.from_lookup(it, "X", alias_name="alias/orders")),
        (ec2.IVpc, lambda it: ec2.Vpc(it, "X")),
        (ec2.IVpc, lambda it: ec2.Vpc.from_lookup(it, "X", is_default=True)),
        (
            ec2.IVpc,
            lambda it: ec2.Vpc.from_vpc_attributes(it, "X", vpc_id="vpc-1", availability_zones=["a"]),
        ),
        (sns.ITopic, lambda it: sns.Topic(it, "X")),
        (sns.ITopic, lambda it: sns.Topic.from_topic_arn(it, "X", TOPIC)),
        (backup.IBackupPlan, lambda it: backup.BackupPlan.from_backup_plan_id(it, "X", "1")),
        (aws_lambda.IFunction, lambda it: aws_lambda.Function.from_function_arn(it, "X", FUNCTION)),
        (aws_lambda.IFunction, lambda it: aws_lambda.Function.from_function_name(it, "X", "audit")),
        (aws_dynamodb.ITableV2, lambda it: aws_dynamodb.TableV2.from_table_name(it, "X", "orders")),
        (
            aws_rds.IInstanceEngine,
            lambda it: aws_rds.DatabaseInstanceEngine.mysql(version=aws_rds.MysqlEngineVersion.VER_8_4_9),
        ),
    ],
)
def test_whatever_is_of_an_interface_is_taken(
    stack: cdk.Stack, interface: Any, make: Callable[[Construct], Any]
) -> None:
    assert fits(make(stack), interface)


@pytest.mark.parametrize(
    ("interface", "make"),
    [
        (kms.IKey, lambda it: sns.Topic(it, "X")),
        (kms.IKey, lambda it: sns.Topic.from_topic_arn(it, "X", TOPIC)),
        (ec2.IVpc, lambda it: it),
        (sns.ITopic, lambda _: TOPIC),
        (aws_rds.IInstanceEngine, lambda _: aws_rds.DatabaseClusterEngine.AURORA_POSTGRESQL),
        (kms.IKey, lambda _: None),
        (kms.IKey, lambda it: kms.Alias.from_alias_name(it, "X", "alias/orders")),
        (kms.IKey, lambda it: kms.Key(it, "X").add_alias("alias/orders")),
        (kms.IKey, lambda it: kms.Key.from_key_arn(it, "X", f"{KEY.partition('key/')[0]}alias/orders")),
    ],
)
def test_whatever_is_not_of_an_interface_is_refused(
    stack: cdk.Stack, interface: Any, make: Callable[[Construct], Any]
) -> None:
    assert not fits(make(stack), interface)


def test_tokens_fit_plain_types() -> None:
    later = cdk.Fn.ref("Later")
    assert fits(later, str)
    assert fits(cdk.Token.as_number(cdk.Fn.get_att("Later", "Port")), int)
    assert fits(later, str | None)


@pytest.mark.parametrize(
    ("hint", "text"),
    [
        (str, "str"),
        (int | None, "int or None"),
        (ec2.IVpc, "ec2.IVpc"),
        (cdk.Size, "Size"),
        (Sequence[str], "a list of str"),
        (Mapping[str, int], "a mapping of str to int"),
        (tuple[str, ...], "a list of str"),
        (Literal["a", "b"], "'a' or 'b'"),
        (Lifecycle, "lifecycle.Lifecycle"),
    ],
)
def test_a_type_is_described_as_its_reader_writes_it(hint: Any, text: str) -> None:
    assert describe(hint) == text
