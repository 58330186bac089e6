"""Two clusters that are one database in two Regions, and a third Region that is their witness."""

import re
from collections.abc import Mapping
from typing import Final

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options

REGION_SETS: Final[Mapping[str, tuple[str, ...]]] = {
    "Americas": ("ca-central-1", "ca-west-1", "us-east-1", "us-east-2", "us-west-2"),
    "Europe": ("eu-central-1", "eu-north-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3"),
    "Asia Pacific": ("ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1"),
}
"""The Regions that a multi-Region cluster may stretch over, which have to be of one continent.

https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-auroradsql.html#restore-auroradsql-multiregion
"""

_CLUSTER_ARN: Final = re.compile(r"arn:aws(-[^:]+)?:dsql:(?P<region>[a-z0-9-]{1,20}):[0-9]{12}:cluster/[a-z0-9]{26}")


@options
class MultiRegion:
    """Makes a cluster one of two that are the same database: both read and write, and agree at every commit.

    https://docs.aws.amazon.com/aurora-dsql/latest/userguide/mr-cluster-setup.html

    AWS makes up the ARNs of both clusters, and each has to be told the other's. So it takes two deployments:

    1. Make a cluster in each of two stacks, one a Region, with the same ``witness_region`` and without ``peer``, and
       deploy both. The clusters wait, in the state PENDING_SETUP.
    2. Give each the ARN of the other as ``peer``, and deploy both again, at the same time:
       ``cdk deploy --all --concurrency 2``. They become ACTIVE together.

    Decide when the cluster is made: one that was made without a witness is complete, and stays in its Region. A cluster
    of two is gone only when its peer is deleted as well; until then it waits, in the state PENDING_DELETE.

    Args:
        witness_region: A third Region of the same continent, which stores the log of the last transactions alone;
            the same for both clusters.
        peer: The ARN of the other cluster; None until it is known.

    Raises:
        InvalidOptionsError: The peer is no ARN of a cluster; or witness and peer are in one Region, on two continents,
            or where there are no multi-Region clusters.
    """

    witness_region: str
    peer: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "MultiRegion")
        checks.require(
            self.peer is None or _CLUSTER_ARN.fullmatch(self.peer) is not None,
            "peer",
            self.peer,
            allowed="the ARN of a cluster of Aurora DSQL",
            advice="Leave it out until the other cluster is made; its stack then knows the ARN.",
        )
        _check_regions("witness_region", self._regions, checks)
        checks.refuse()

    def check(self, region: str, checks: Checks) -> None:
        """Record what keeps a cluster in this Region from having this witness and this peer.

        Args:
            region: The Region of the cluster's stack; a token is not judged.
            checks: Collects the problems.
        """
        _check_regions("multi_region", {"cluster": region, **self._regions}, checks)

    @property
    def _regions(self) -> Mapping[str, str]:
        """The Regions of witness and peer, as far as they are known."""
        match = _CLUSTER_ARN.fullmatch(self.peer or "")
        return {"witness": self.witness_region, **({"peer": match["region"]} if match else {})}


def _check_regions(option: str, regions: Mapping[str, str], checks: Checks) -> None:
    """Record Regions without multi-Region clusters, Regions of several continents, and one Region in two parts."""
    known = {part: region for part, region in regions.items() if not is_token(region)}
    given = ", ".join(f"{part} in {region}" for part, region in known.items())
    continents = {name: [it for it in known.values() if it in members] for name, members in REGION_SETS.items()}
    for part, region in known.items():
        checks.require(
            any(region in members for members in REGION_SETS.values()),
            option,
            region,
            given=f"{part} in {region}",
            allowed="; ".join(f"{', '.join(members)} ({name})" for name, members in REGION_SETS.items()),
            advice="Aurora DSQL has no multi-Region clusters elsewhere.",
        )
    checks.require(
        sum(map(bool, continents.values())) <= 1,
        option,
        given,
        given=given,
        allowed=f"Regions of one continent: {', '.join(REGION_SETS)}",
        advice="Move the cluster, its peer or its witness.",
    )
    checks.require(
        len(set(known.values())) == len(known),
        option,
        given,
        given=given,
        allowed="three Regions",
        advice="Two clusters and their witness are in a Region each.",
    )
