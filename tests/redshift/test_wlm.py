"""What Redshift reads of the queues."""

import json

import aws_cdk as cdk

from constructs_lib import redshift
from tests.redshift.warehouses import full_wlm


def test_one_queue_for_all_and_short_queries_first() -> None:
    default, short = json.loads(redshift.AutomaticWlm().json)
    assert (default["auto_wlm"], default["priority"]) == (True, "normal")
    assert short == {"short_query_queue": True}


def test_queues_come_before_the_default_one() -> None:
    first, default, short = json.loads(full_wlm().json)
    [rule] = first["rules"]
    assert (first["name"], first["priority"], first["concurrency_scaling"]) == ("Dashboards", "highest", "auto")
    assert (first["user_group"], first["user_group_wild_card"], first["query_group_wild_card"]) == (
        ["dashboard_*"],
        1,
        0,
    )
    assert rule == {
        "rule_name": "slow",
        "predicate": [{"metric_name": "query_execution_time", "operator": ">", "value": 3600}],
        "action": "change_query_priority",
        "value": "low",
    }
    assert default["priority"] == "low"
    assert short == {"short_query_queue": True, "max_execution_time": 5000}


def test_the_default_queue_has_the_memory_that_is_left() -> None:
    queue = redshift.ManualQueue("loads", 3, 60, user_roles=["loader"])
    loads, default, _ = json.loads(redshift.ManualWlm([queue], default_concurrency=10).json)
    assert (loads["query_concurrency"], loads["memory_percent_to_use"], loads["queue_type"]) == (3, 60, "manual")
    assert (default["query_concurrency"], default["memory_percent_to_use"]) == (10, 40)


def test_fractions_of_a_second_are_kept() -> None:
    wlm = redshift.AutomaticWlm(short_queries=cdk.Duration.millis(1500))
    assert json.loads(wlm.json)[-1]["max_execution_time"] == 1500
