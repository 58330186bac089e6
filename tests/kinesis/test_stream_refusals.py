"""Options that the stream refuses, and what it says of them."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from constructs_lib import kinesis
from constructs_lib.errors import Problem, show
from tests.kinesis.streams import METRICS, new_role, new_stream
from tests.refusing import later, problems, waiver_refusals

OPTIONS = "capacity, retention, shard_metrics, max_record_size, sharing, key, alarm_topic, lifecycle, waive"
KEEP = "Keep records longer, or waive kinesis.RETENTION."
WHOLE = "Write cdk.Duration.days(n); what is kept for longer belongs into a bucket."
SPLIT = "Put what is larger into a bucket, and its key into the record."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"retenton": 1}, Problem("retenton", "an unknown option", OPTIONS, "Did you mean retention?")),
        ({"retention": cdk.Duration.days(6)}, Problem("retention", "6 days", "at least 7 days", KEEP)),
        (
            {"retention": cdk.Duration.days(366)},
            Problem("retention", "366 days", "whole hours, 1 to 365 days", WHOLE),
        ),
        (
            {"retention": cdk.Duration.minutes(7 * 24 * 60 + 30)},
            Problem("retention", "7 days 30 minutes", "whole hours, 1 to 365 days", WHOLE),
        ),
        (
            {"shard_metrics": [METRICS.INCOMING_BYTES, METRICS.INCOMING_BYTES]},
            Problem("shard_metrics", "['INCOMING_BYTES', 'INCOMING_BYTES']", "each once", "Leave out the second one."),
        ),
        (
            {"shard_metrics": [METRICS.ALL, METRICS.INCOMING_BYTES]},
            Problem("shard_metrics", "['ALL', 'INCOMING_BYTES']", "ALL alone, or others", "ALL holds the others."),
        ),
        (
            {"max_record_size": cdk.Size.kibibytes(1023)},
            Problem("max_record_size", "1023 KiB", "1024 to 10240 whole KiB", SPLIT),
        ),
        (
            {"max_record_size": cdk.Size.mebibytes(11)},
            Problem("max_record_size", "11264 KiB", "1024 to 10240 whole KiB", SPLIT),
        ),
        (
            {"max_record_size": cdk.Size.bytes(1024 * 1024 + 512)},
            Problem("max_record_size", "1024.5 KiB", "1024 to 10240 whole KiB", SPLIT),
        ),
        *waiver_refusals(kinesis.ALARMS, "kinesis.ALARMS, kinesis.RETAINED, kinesis.RETENTION"),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_stream(stack, **options)) == [expected]


def test_a_retention_below_a_day_is_refused_though_the_practice_is_waived(stack: cdk.Stack) -> None:
    waive = {kinesis.RETENTION: "It is a cache."}
    found = problems(lambda: new_stream(stack, retention=cdk.Duration.hours(23), waive=waive))
    assert found == [Problem("retention", "23 hours", "whole hours, 1 to 365 days", WHOLE)]


def test_what_is_known_only_at_deployment_is_refused(stack: cdk.Stack) -> None:
    number = cdk.CfnParameter(stack, "Later", type="Number", default=7).value_as_number
    retention, size = cdk.Duration.days(number), cdk.Size.mebibytes(number)
    found = problems(lambda: new_stream(stack, retention=retention, max_record_size=size))
    assert found == [later("retention"), later("max_record_size")]


def test_every_problem_is_named_at_once(stack: cdk.Stack) -> None:
    options = {"retention": cdk.Duration.days(1), "max_record_size": cdk.Size.mebibytes(11)}
    found = problems(lambda: new_stream(stack, waive={kinesis.ALARMS: ""}, **options))
    assert [problem.option for problem in found] == ["waive", "retention", "max_record_size"]


@pytest.mark.parametrize("principal", ["*", "2109876543", "clicks", "arn:aws:iam::210987654321:role/*", ""])
@pytest.mark.parametrize("option", ["writers", "readers"])
def test_a_stream_is_shared_with_principals_alone(option: str, principal: str) -> None:
    [problem] = problems(lambda: kinesis.Sharing(**{option: [principal]}))
    assert (problem.option, problem.given) == (option, show(principal))
    assert problem.allowed == "ARNs of IAM roles and users, and account ids of twelve digits"


def test_a_stream_is_shared_with_somebody() -> None:
    assert problems(kinesis.Sharing) == [Problem("writers", "nobody", "writers or readers", "Name one.")]


def test_a_principal_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    later_known = cdk.CfnParameter(stack, "Later").value_as_string
    assert kinesis.Sharing(writers=[later_known]).writers == [later_known]


@pytest.mark.parametrize("name", ["", "a b", "x" * 129, "ünï"])
def test_the_name_of_a_consumer_is_refused_with_what_to_do(stack: cdk.Stack, name: str) -> None:
    [problem] = problems(lambda: new_stream(stack).add_consumer(name))
    assert problem.allowed == "1 to 128 letters, digits, dots, dashes and underscores"


@pytest.mark.parametrize("name", [None, 3, ["a"], cdk.Aws.STACK_NAME], ids=["None", "number", "list", "token"])
def test_the_name_of_a_consumer_is_a_literal(stack: cdk.Stack, name: Any) -> None:
    [problem] = problems(lambda: new_stream(stack).add_consumer(name))
    assert problem.allowed == "1 to 128 letters, digits, dots, dashes and underscores"


def test_a_consumer_is_registered_once(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    stream.add_consumer("analytics")
    found = problems(lambda: stream.add_consumer("analytics"))
    assert found == [Problem("name", "'analytics'", "a name of its own", "Use the one that is there.")]


@pytest.mark.parametrize(
    ("capacity", "most"), [(kinesis.OnDemand(), 20), (kinesis.OnDemand(advantage=True), 50)], ids=["20", "50"]
)
def test_a_stream_has_so_many_registered_consumers(stack: cdk.Stack, capacity: Any, most: int) -> None:
    stream = new_stream(stack, capacity=capacity)
    for number in range(most):
        stream.add_consumer(f"reader-{number}")
    [problem] = problems(lambda: stream.add_consumer("one-too-many"))
    assert (problem.given, problem.allowed) == (f"{most + 1} registered consumers", f"at most {most} a stream")


def test_a_name_that_was_refused_takes_no_place(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    for _ in range(21):
        problems(lambda: stream.add_consumer("a b"))
    assert stream.add_consumer("analytics")


@pytest.mark.parametrize("method", ["grant_write", "grant_read"])
@pytest.mark.parametrize("given", ["app", None, iam.AccountRootPrincipal()], ids=["text", "None", "principal"])
def test_only_a_role_may_write_and_read(stack: cdk.Stack, method: str, given: Any) -> None:
    [problem] = problems(lambda: getattr(new_stream(stack), method)(given))
    assert (problem.option, problem.allowed) == ("role", "iam.IRole")
    assert problem.advice == "Pass the role itself, or one imported with iam.Role.from_role_arn."


@pytest.mark.parametrize("consumer", [3, ["a"], cdk.Aws.STACK_NAME], ids=["number", "list", "token"])
def test_the_consumer_that_a_role_reads_as_is_a_literal(stack: cdk.Stack, consumer: Any) -> None:
    stream = new_stream(stack)
    stream.add_consumer("analytics")
    [problem] = problems(lambda: stream.grant_read(new_role(stack), consumer=consumer))
    assert (problem.option, problem.allowed) == ("consumer", "analytics")


def test_a_role_reads_as_a_consumer_that_there_is(stack: cdk.Stack) -> None:
    stream, role = new_stream(stack), new_role(stack)
    advice = "Register it with add_consumer first."
    nobody = "None, as there are no registered consumers"
    assert problems(lambda: stream.grant_read(role, consumer="etl")) == [Problem("consumer", "'etl'", nobody, advice)]
    stream.add_consumer("analytics")
    found = problems(lambda: stream.grant_read(role, consumer="etl"))
    assert found == [Problem("consumer", "'etl'", "analytics", advice)]
