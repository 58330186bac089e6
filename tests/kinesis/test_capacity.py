"""The capacity of a stream, and the shards that traffic wants."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Size
from hypothesis import given
from hypothesis import strategies as st

from constructs_lib.errors import Problem
from constructs_lib.kinesis import OnDemand, Provisioned, Traffic
from constructs_lib.kinesis.capacity import CAPACITY_SHARE
from tests.kinesis.streams import TRAFFIC
from tests.refusing import OF_THAT_TYPE, later, problems


@pytest.mark.parametrize(
    ("records", "size", "consumers", "shards"),
    [
        (0.1, Size.bytes(1), 0, 1),
        (800, Size.bytes(1), 1, 1),
        (801, Size.bytes(1), 1, 2),
        (8_000, Size.bytes(1), 1, 10),
        (4_000, Size.kibibytes(2), 0, 10),
        (4_000, Size.kibibytes(2), 2, 10),
        (4_000, Size.kibibytes(2), 5, 25),
        (0.8, Size.mebibytes(1), 1, 1),
        (0.8, Size.mebibytes(10), 1, 10),
    ],
)
def test_shards_follow_from_the_traffic(records: float, size: Size, consumers: int, shards: int) -> None:
    assert Provisioned(Traffic(records, size, consumers)).shard_count == shards


@given(
    records=st.floats(0.1, 1e5),
    kibibytes=st.integers(1, 64),
    consumers=st.integers(0, 5),
)
def test_no_shard_is_too_full_and_none_is_idle(records: float, kibibytes: int, consumers: int) -> None:
    shards = Traffic(records, Size.kibibytes(kibibytes), consumers).shards
    mebibytes = records * kibibytes / 1024
    used = [records / 1000, mebibytes, mebibytes * consumers / 2]
    assert max(used) <= shards * CAPACITY_SHARE * 1.000_01
    assert shards == 1 or max(used) > (shards - 1) * CAPACITY_SHARE


def test_traffic_says_how_the_shards_were_found() -> None:
    assert Provisioned(TRAFFIC).reason == (
        "10 shards, of which the peak uses 80 % at most: 4000 records a second want 5; writes of 7.812 MiB a "
        "second want 10; reads of 15.62 MiB a second want 10."
    )


def test_one_shard_is_one() -> None:
    assert Provisioned(1).reason == "1 shard."


def test_how_many_consumers_may_be_registered() -> None:
    assert [it.most_consumers for it in (OnDemand(), OnDemand(advantage=True), Provisioned(1))] == [20, 50, 20]


REGISTER = (
    "A shard is read five times a second, however many shards there are: register the others with "
    "stream.add_consumer, for enhanced fan-out."
)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"records_per_second": 0},
            Problem("records_per_second", "0", "more than 0", "Give the peak; OnDemand needs no number."),
        ),
        (
            {"records_per_second": float("nan")},
            Problem("records_per_second", "nan", "more than 0", "Give the peak; OnDemand needs no number."),
        ),
        (
            {"record_size": Size.mebibytes(11)},
            Problem("record_size", "11534336", "1 to 10485760 bytes", "Split larger ones."),
        ),
        ({"record_size": Size.bytes(0)}, Problem("record_size", "0", "1 to 10485760 bytes", "Split larger ones.")),
        ({"shared_consumers": 6}, Problem("shared_consumers", "6", "0 to 5 consumers", REGISTER)),
        (
            {"record_size": 2048},
            Problem("record_size", "2048", "Size", "Write a cdk.Size, such as cdk.Size.gibibytes(100)."),
        ),
    ],
    ids=lambda it: it.given if isinstance(it, Problem) else "",
)
def test_traffic_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    given = {"records_per_second": 100, "record_size": Size.kibibytes(1), **options}
    assert problems(lambda: Traffic(**given)) == [expected]


@pytest.mark.parametrize(
    ("shards", "expected"),
    [
        (0, Problem("shards", "0", "1 to 100000 shards", "A stream has one shard at least.")),
        (100_001, Problem("shards", "100001", "1 to 100000 shards", "Use OnDemand, or several streams.")),
        ("3", Problem("shards", "'3'", "int or kinesis.Traffic", OF_THAT_TYPE)),
    ],
    ids=str,
)
def test_shards_are_refused_with_what_to_do(shards: Any, expected: Problem) -> None:
    assert problems(lambda: Provisioned(shards)) == [expected]


def test_traffic_that_no_stream_carries_is_refused() -> None:
    [problem] = problems(lambda: Provisioned(Traffic(1e8, Size.bytes(1))))
    assert (problem.given, problem.advice) == ("125000", "Use OnDemand, or several streams.")


def test_numbers_known_only_at_deployment_are_refused(stack: cdk.Stack) -> None:
    number = cdk.CfnParameter(stack, "Later", type="Number", default=2).value_as_number
    size = Size.kibibytes(number)
    assert problems(lambda: Provisioned(int(number) if number > 0 else number)) == [later("shards")]  # type: ignore[arg-type]
    assert problems(lambda: Traffic(number, size)) == [later("records_per_second"), later("record_size")]


@pytest.mark.parametrize("warm", [0, 10_241])
def test_a_warm_throughput_out_of_range_is_refused(warm: int) -> None:
    [problem] = problems(lambda: OnDemand(advantage=True, warm_mib_per_second=warm))
    assert (problem.option, problem.allowed) == ("warm_mib_per_second", "1 to 10240 MiB a second")


def test_a_warm_throughput_wants_on_demand_advantage() -> None:
    assert problems(lambda: OnDemand(warm_mib_per_second=100)) == [
        Problem(
            "warm_mib_per_second",
            "a warm throughput without advantage=True",
            "None, or an account on On-demand Advantage",
            "Commit the account with UpdateAccountSettings first, and say so here.",
        )
    ]
