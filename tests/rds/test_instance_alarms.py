"""The thresholds of the alarms, which depend on engine, class and storage."""

import pytest

from constructs_lib.rds.engines import ENGINES
from constructs_lib.rds.instance_alarms import instance_alarms
from constructs_lib.rds.instance_class import GIBIBYTE, has_ebs_balance, is_burstable, memory_bytes


@pytest.mark.parametrize(
    ("instance_class", "gib"),
    [
        ("m7g.large", 8),
        ("m6i.xlarge", 16),
        ("r7g.2xlarge", 64),
        ("x1.16xlarge", 976),
        ("x1e.xlarge", 122),
        ("x2g.16xlarge", 1024),
        ("x2idn.16xlarge", 1024),
        ("x2iedn.xlarge", 128),
        ("x2iezn.2xlarge", 256),
        ("x8g.large", 32),
        ("x9q.large", None),
        ("r5.2xlarge.tpc2.mem4x", 256),
        ("r6i.xlarge.tpc1.mem2x", 64),
        ("r5.2xlarge.tpc2", None),
        ("c6gd.medium", 2),
        ("t4g.micro", 1),
        ("t4g.2xlarge", 32),
        ("z1d.large", 16),
        ("m7g.metal", None),
        ("q9z.large", None),
        ("serverless", None),
        ("db.m7g.large", None),
    ],
)
def test_memory_is_read_from_the_name(instance_class: str, gib: int | None) -> None:
    assert memory_bytes(instance_class) == (gib * GIBIBYTE if gib else None)


@pytest.mark.parametrize(
    ("instance_class", "burstable", "balance"),
    [
        ("t4g.large", True, True),
        ("m7g.large", False, True),
        ("m7g.2xlarge", False, True),
        ("m7g.4xlarge", False, False),
        ("r5.xlarge.tpc2.mem2x", False, True),
        ("r5.2xlarge.tpc2.mem4x", False, False),
        ("m7g.metal", False, False),
        ("unknown", False, False),
    ],
)
def test_what_runs_out_is_read_from_the_name(instance_class: str, burstable: bool, balance: bool) -> None:
    assert is_burstable(instance_class) is burstable
    assert has_ebs_balance(instance_class) is balance


def _threshold(metric: str, engine: str, instance_class: str, storage_gib: int = 100) -> float:
    rules = instance_alarms(engine, ENGINES[engine], instance_class, storage_gib, grows=True)
    return {rule.metric: rule.threshold for rule in rules}[metric]


@pytest.mark.parametrize(
    ("engine", "instance_class", "connections"),
    [
        ("postgres", "m7g.large", 720),
        ("postgres", "r7g.16xlarge", 4_000),
        ("mysql", "m7g.large", 545),
        ("mariadb", "t4g.small", 68),
        ("mariadb", "r7g.16xlarge", 9_600),
        ("sqlserver", "m6i.xlarge", 26_213),
        ("oracle", "m6i.xlarge", 1_392),
    ],
)
def test_connections_are_compared_with_the_default_of_the_engine(
    engine: str, instance_class: str, connections: int
) -> None:
    assert _threshold("DatabaseConnections", engine, instance_class) == connections


def test_memory_and_storage_are_compared_with_what_there_is() -> None:
    assert _threshold("FreeableMemory", "postgres", "r7g.large") == pytest.approx(1.6 * GIBIBYTE, rel=0.01)
    assert _threshold("FreeStorageSpace", "postgres", "m7g.large", storage_gib=500) == 50 * GIBIBYTE


def test_a_class_that_is_not_known_is_taken_for_a_small_one() -> None:
    assert _threshold("FreeableMemory", "postgres", "q9z.large") == pytest.approx(0.8 * GIBIBYTE, rel=0.01)


@pytest.mark.parametrize("grows", [True, False])
@pytest.mark.parametrize("engine", ENGINES)
def test_every_alarm_says_why(engine: str, grows: bool) -> None:
    for rule in instance_alarms(engine, ENGINES[engine], "t4g.large", 100, grows=grows):
        assert rule.why.endswith(".")
        assert len(rule.why) > 40
