"""Options that the cluster refuses, and what it says of them."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam

from constructs_lib import dsql, rds
from constructs_lib.errors import Problem
from tests.dsql.clusters import new_cluster
from tests.refusing import OF_THAT_TYPE, problems, waiver_refusals

OPTIONS = "multi_region, backup, key, alarm_topic, lifecycle, waive"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"multiregion": 1}, Problem("multiregion", "an unknown option", OPTIONS, "Did you mean multi_region?")),
        (
            {"multi_region": "eu-west-2"},
            Problem("multi_region", "'eu-west-2'", "dsql.MultiRegion or None", OF_THAT_TYPE),
        ),
        *waiver_refusals(dsql.ALARMS, "dsql.ALARMS, dsql.BACKUP_PLAN, dsql.DELETION_PROTECTION"),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_cluster(stack, **options)) == [expected]


def test_every_problem_is_named_at_once(stack: cdk.Stack) -> None:
    two = dsql.MultiRegion(witness_region="us-west-2")
    found = problems(lambda: new_cluster(stack, multi_region=two, waive={rds.MULTI_AZ: ""}))
    assert [problem.option for problem in found] == ["waive", "waive", "multi_region"]


@pytest.mark.parametrize("method", ["grant_connect", "grant_connect_admin"])
@pytest.mark.parametrize("given", ["app", None, iam.AccountRootPrincipal()], ids=["text", "None", "principal"])
def test_only_a_role_may_log_in(stack: cdk.Stack, method: str, given: Any) -> None:
    [problem] = problems(lambda: getattr(new_cluster(stack), method)(given))
    assert (problem.option, problem.allowed) == ("role", "iam.IRole")
    assert problem.advice == "Pass the role itself, or one imported with iam.Role.from_role_arn."
