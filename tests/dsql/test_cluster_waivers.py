"""Waivers of the cluster: the practice is off, and everybody can read why."""

from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import dsql
from constructs_lib.dsql.cluster import WAIVABLE
from constructs_lib.practices import Practice
from tests.dsql.clusters import new_cluster
from tests.synthesis import judge, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

CLUSTER = "AWS::DSQL::Cluster"
LACKS = {dsql.BACKUP_PLAN: "AWS::Backup::", dsql.ALARMS: "AWS::CloudWatch::Alarm"}


def test_every_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {value for name in dsql.__all__ if isinstance(value := getattr(dsql, name), Practice)}
    assert exported == set(WAIVABLE) == {dsql.DELETION_PROTECTION, *LACKS}


def test_the_cluster_is_not_protected_and_still_retained(stack: cdk.Stack) -> None:
    new_cluster(stack, waive={dsql.DELETION_PROTECTION: REASON})
    cluster: Any = template(stack).only(CLUSTER)
    assert cluster["Properties"]["DeletionProtectionEnabled"] is False
    assert cluster["DeletionPolicy"] == "Retain"


@pytest.mark.parametrize("practice", LACKS, ids=lambda it: it.id)
def test_nothing_is_made(stack: cdk.Stack, practice: Practice) -> None:
    cluster = new_cluster(stack, waive={practice: REASON})
    assert LACKS[practice] not in str(template(stack))
    assert None in (cluster.backup, cluster.alarms)


@pytest.mark.parametrize("practice", WAIVABLE, ids=lambda it: it.id)
def test_the_reason_stands_in_template_and_report(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack, waive={practice: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(CLUSTER)["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)
    assert f"constructs-lib::{practice.id}" in listed_for(verdict, REASON)
    assert {path for path, _ in verdict.acknowledgements if verdict.acknowledgements[path, _] == REASON} == {
        "Stack/Ledger/Cluster"
    }


def test_all_waivers_hold_together(stack: cdk.Stack) -> None:
    new_cluster(stack, waive=dict.fromkeys(WAIVABLE, REASON))
    assert judge(stack).findings == []
