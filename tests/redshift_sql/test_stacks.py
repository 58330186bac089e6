"""A warehouse in one stack, what is declared in it in another, whichever of them is nested."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms

from constructs_lib.notifications import AlarmTopic
from tests.redshift_sql.warehouses import WAREHOUSES, everything, new_cluster, new_workgroup
from tests.synthesis import ENVIRONMENTS, judge, new_app, new_stack, template

Stacks = Callable[[cdk.App, cdk.Environment | None], tuple[cdk.Stack, cdk.Stack]]


def _apart(app: cdk.App, env: cdk.Environment | None) -> tuple[cdk.Stack, cdk.Stack]:
    return new_stack(env, app=app, id="Data"), new_stack(env, app=app, id="Other")


def _nested(app: cdk.App, env: cdk.Environment | None) -> tuple[cdk.Stack, cdk.Stack]:
    outer = new_stack(env, app=app)
    return outer, cdk.NestedStack(outer, "Nested")


def _around(app: cdk.App, env: cdk.Environment | None) -> tuple[cdk.Stack, cdk.Stack]:
    outer = new_stack(env, app=app)
    return cdk.NestedStack(outer, "Nested"), outer


def _both_nested(app: cdk.App, env: cdk.Environment | None) -> tuple[cdk.Stack, cdk.Stack]:
    outer = new_stack(env, app=app)
    return cdk.NestedStack(outer, "One"), cdk.NestedStack(outer, "Two")


STACKS: Final[Mapping[str, Stacks]] = {
    "apart": _apart,
    "nested": _nested,
    "around": _around,
    "both nested": _both_nested,
}
START = pytest.mark.parametrize("start", WAREHOUSES.values(), ids=WAREHOUSES)


@START
@pytest.mark.parametrize("stacks", STACKS.values(), ids=STACKS)
def test_everything_may_stand_in_another_stack(start: Any, stacks: Stacks) -> None:
    app = new_app()
    data, other = stacks(app, ENVIRONMENTS["ireland"])
    everything(other, start(data))
    assert judge(app).findings == []


@pytest.mark.parametrize("start", [new_cluster, new_workgroup])
@pytest.mark.parametrize("env", [ENVIRONMENTS["china"], None], ids=["china", "agnostic"])
def test_everything_may_stand_in_another_stack_wherever_it_is(start: Any, env: cdk.Environment | None) -> None:
    app = new_app()
    data, other = _apart(app, env)
    everything(other, start(data))
    assert judge(app).findings == []


@pytest.mark.parametrize("start", [new_cluster, new_workgroup])
def test_key_and_topic_of_the_warehouse_may_be_of_a_third_stack(start: Any) -> None:
    app = new_app()
    shared = new_stack(app=app, id="Shared")
    key = kms.Key(shared, "Key", enable_key_rotation=True)
    data, other = _apart(app, ENVIRONMENTS["ireland"])
    everything(other, start(data, key=key, alarm_topic=AlarmTopic(shared, "Topic", key=key).topic))
    assert judge(app).findings == []


@START
def test_the_role_that_reads_a_stream_is_made_where_the_warehouse_names_it(start: Any) -> None:
    app = new_app()
    data, other = _apart(app, ENVIRONMENTS["ireland"])
    everything(other, start(data))
    verdict = judge(app)
    roles = {name: verdict.template(name).of_type("AWS::IAM::Role") for name in ("Data", "Other")}
    assert [it for it in roles["Data"] if "Clicks" in it]
    assert roles["Other"] == {}
    assert any("Clicks" in it for it in verdict.template("Other").of_type("AWS::IAM::ManagedPolicy"))


def test_no_stack_reads_a_secret_by_its_parameters(stack: cdk.Stack) -> None:
    """A parameter whose name has a password's in it is wanted with NoEcho, and this is an ARN."""
    everything(cdk.NestedStack(stack, "Nested"), new_cluster(stack))
    assert "MasterPassword" not in str(template(stack).only("AWS::CloudFormation::Stack"))
