"""What becomes of a cluster when its Availability Zone fails."""

from enum import Enum
from typing import Final

from constructs_lib.errors import Checks

NODE_TYPES: Final = (
    "ra3.large",
    "ra3.xlplus",
    "ra3.4xlarge",
    "ra3.16xlarge",
    "rg.large",
    "rg.xlarge",
    "rg.4xlarge",
    "rg.12xlarge",
)
"""https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-clusters.html"""
NODE_TYPE: Final = "rg.xlarge"
FEWEST_NODES: Final = 2
MOST_NODES: Final = 100


class Availability(Enum):
    """How a cluster survives the loss of an Availability Zone."""

    RELOCATION = "relocation"
    """Redshift moves the cluster to another zone, at the same address and without loss of data, within minutes.

    https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-recovery.html
    """

    MULTI_AZ = "multi-az"
    """Nodes run in two zones at once, which doubles their number and price; the address stays when a zone fails.

    https://docs.aws.amazon.com/redshift/latest/mgmt/managing-cluster-multi-az.html
    """

    @property
    def zones(self) -> int:
        """Over how many Availability Zones the subnets have to stretch."""
        return 3 if self is Availability.MULTI_AZ else 2


def check_nodes(node_type: str, nodes: int, checks: Checks) -> None:
    """Refuse types that are gone, and clusters of fewer than two nodes."""
    retired = node_type.startswith(("dc1.", "dc2.", "ds2."))
    checks.require(
        node_type in NODE_TYPES,
        "node_type",
        node_type,
        allowed=", ".join(NODE_TYPES),
        advice="Its storage is tied to its nodes: no relocation, no Multi-AZ, no data sharing. Use RG or RA3."
        if retired
        else f"Leave it out for {NODE_TYPE}.",
    )
    advice = "A single node is neither relocated without loss of cache nor run in two zones."
    checks.require_between(FEWEST_NODES, nodes, MOST_NODES, "nodes", advice=advice)
