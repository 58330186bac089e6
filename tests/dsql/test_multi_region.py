"""Two Regions and a witness: what is written in each of the two deployments, and which Regions go together."""

import json
from importlib.resources import files
from itertools import chain

import aws_cdk as cdk
import pytest

from constructs_lib import dsql
from constructs_lib.dsql.multi_region import REGION_SETS
from constructs_lib.errors import Problem
from tests.dsql.clusters import LONDON, new_cluster
from tests.refusing import problems
from tests.synthesis import ACCOUNT, judge, new_app, new_stack, template

CLUSTER = "AWS::DSQL::Cluster"
PROPERTIES = "MultiRegionProperties"
EVERYWHERE = (
    "ca-central-1, ca-west-1, us-east-1, us-east-2, us-west-2 (Americas); eu-central-1, eu-north-1, eu-south-2, "
    "eu-west-1, eu-west-2, eu-west-3 (Europe); ap-northeast-1, ap-northeast-2, ap-northeast-3, ap-south-1, "
    "ap-southeast-1 (Asia Pacific)"
)
NOWHERE = "Aurora DSQL has no multi-Region clusters elsewhere."
CONTINENTS = "Regions of one continent: Americas, Europe, Asia Pacific"
MOVE = "Move the cluster, its peer or its witness."
EACH = "Two clusters and their witness are in a Region each."


def _in(region: str, id: str = "Stack", app: cdk.App | None = None) -> cdk.Stack:
    return new_stack(cdk.Environment(account=ACCOUNT, region=region), app=app, id=id)


def test_a_cluster_of_one_region_has_neither_witness_nor_peer(stack: cdk.Stack) -> None:
    new_cluster(stack)
    assert PROPERTIES not in template(stack).properties(CLUSTER)


def test_the_first_deployment_names_the_witness_alone(stack: cdk.Stack) -> None:
    new_cluster(stack, multi_region=dsql.MultiRegion(witness_region="eu-west-3"))
    assert template(stack).properties(CLUSTER)[PROPERTIES] == {"WitnessRegion": "eu-west-3"}


def test_the_second_deployment_names_the_peer(stack: cdk.Stack) -> None:
    new_cluster(stack, multi_region=dsql.MultiRegion(witness_region="eu-west-3", peer=LONDON))
    assert template(stack).properties(CLUSTER)[PROPERTIES] == {"WitnessRegion": "eu-west-3", "Clusters": [LONDON]}


@pytest.mark.parametrize("known", [False, True], ids=["first", "second"])
def test_two_stacks_of_one_app_are_clean_and_wait_for_nobody(known: bool) -> None:
    app = new_app()
    arns = {region: f"arn:aws:dsql:{region}:{ACCOUNT}:cluster/{'a' * 26}" for region in ("us-east-1", "us-east-2")}
    for region, other in (("us-east-1", "us-east-2"), ("us-east-2", "us-east-1")):
        two = dsql.MultiRegion(witness_region="us-west-2", peer=arns[other] if known else None)
        new_cluster(_in(region, f"Ledger-{region}", app), multi_region=two)
    assert judge(app).findings == []
    assembly = app.synth()
    assert [it.id for stack in assembly.stacks for it in stack.dependencies if it in assembly.stacks] == []


def _regions() -> list[str]:
    return list(chain.from_iterable(REGION_SETS.values()))


@pytest.mark.parametrize("region", _regions())
def test_aurora_dsql_is_in_every_region_of_a_set(region: str) -> None:
    types = files("cfnlint").joinpath(f"data/schemas/providers/{region}.json")
    assert CLUSTER in json.loads(types.read_text(encoding="utf-8"))


def test_a_region_is_in_one_set() -> None:
    assert len(_regions()) == len(set(_regions()))


@pytest.mark.parametrize(
    ("witness", "peer", "expected"),
    [
        ("eu-west-9", None, [Problem("witness_region", "witness in eu-west-9", EVERYWHERE, NOWHERE)]),
        ("", None, [Problem("witness_region", "witness in ", EVERYWHERE, NOWHERE)]),
        (
            "eu-west-3",
            "imabudrfon4p2z3nv2jo4rlajm",
            [
                Problem(
                    "peer",
                    "'imabudrfon4p2z3nv2jo4rlajm'",
                    "the ARN of a cluster of Aurora DSQL",
                    "Leave it out until the other cluster is made; its stack then knows the ARN.",
                )
            ],
        ),
        (
            "us-west-2",
            LONDON,
            [Problem("witness_region", "witness in us-west-2, peer in eu-west-2", CONTINENTS, MOVE)],
        ),
        (
            "eu-west-2",
            LONDON,
            [Problem("witness_region", "witness in eu-west-2, peer in eu-west-2", "three Regions", EACH)],
        ),
    ],
)
def test_a_witness_or_a_peer_is_refused_with_what_to_do(
    witness: str, peer: str | None, expected: list[Problem]
) -> None:
    assert problems(lambda: dsql.MultiRegion(witness_region=witness, peer=peer)) == expected


def test_a_peer_in_a_region_without_multi_region_clusters_is_refused() -> None:
    peer = LONDON.replace("eu-west-2", "sa-east-1")
    [problem] = problems(lambda: dsql.MultiRegion(witness_region="us-east-1", peer=peer))
    assert problem.given == "peer in sa-east-1"


@pytest.mark.parametrize(
    ("region", "allowed", "advice"),
    [
        ("us-east-1", CONTINENTS, MOVE),
        ("eu-west-3", "three Regions", EACH),
        ("eu-west-2", "three Regions", EACH),
    ],
)
def test_a_cluster_in_the_wrong_region_is_refused_with_what_to_do(region: str, allowed: str, advice: str) -> None:
    two = dsql.MultiRegion(witness_region="eu-west-3", peer=LONDON)
    given = f"cluster in {region}, witness in eu-west-3, peer in eu-west-2"
    found = problems(lambda: new_cluster(_in(region), multi_region=two))
    assert found == [Problem("multi_region", given, allowed, advice)]


def test_a_cluster_in_a_region_without_multi_region_clusters_is_refused() -> None:
    two = dsql.MultiRegion(witness_region="eu-west-3")
    found = problems(lambda: new_cluster(_in("eu-central-2"), multi_region=two))
    assert found == [Problem("multi_region", "cluster in eu-central-2", EVERYWHERE, NOWHERE)]


def test_what_is_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later").value_as_string
    new_cluster(stack, multi_region=dsql.MultiRegion(witness_region=later, peer=later))
    written = template(stack).properties(CLUSTER)[PROPERTIES]
    assert written == {"WitnessRegion": {"Ref": "Later"}, "Clusters": [{"Ref": "Later"}]}


def test_the_witness_is_judged_though_the_peer_is_known_only_at_deployment(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later").value_as_string
    two = dsql.MultiRegion(witness_region="eu-west-1", peer=later)
    [problem] = problems(lambda: new_cluster(stack, multi_region=two))
    assert problem.given == "cluster in eu-west-1, witness in eu-west-1"
