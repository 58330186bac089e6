"""Addresses that lead to some members of an Aurora cluster."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

import aws_cdk as cdk
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.naming import unique_name
from constructs_lib.options import checked, checks_for
from constructs_lib.rds.aurora_members import WRITER

MOST_ENDPOINTS: Final = 5
LONGEST_NAME: Final = 63
REGIONS_WITHOUT_ENDPOINTS: Final = frozenset(
    {"cn-north-1", "cn-northwest-1", "me-central-1", "us-gov-east-1", "us-gov-west-1"}
)
"""Where CloudFormation has no AWS::RDS::DBClusterEndpoint, which is new: rule F3006 knows the same."""

EndpointType = Literal["READER", "ANY"]

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class CustomEndpoint(Construct):
    """An address of an Aurora cluster for some of its members, over which connections are spread.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Endpoints.Custom.html

    ``AuroraCluster.add_endpoint`` makes it.

    Args:
        scope: The parent construct.
        id: The construct's id, in lower case: it becomes part of the address.
        cluster: The cluster.
        instances: All its members by their names.
        groups: The names of the members of each group.
        members: Those that the address leads to, or their groups, for ever these; None is all that are not excluded.
        excluded: Those that it does not lead to; readers that are added later are included.
        type: ``READER`` leads to readers alone, ``ANY`` to the writer as well.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        cluster: rds.DatabaseCluster,
        instances: Mapping[str, rds.CfnDBInstance],
        groups: Mapping[str, Sequence[str]] = {},
        members: Sequence[str] | None = None,
        excluded: Sequence[str] | None = None,
        type: EndpointType = "READER",
    ) -> None:
        checks = checks_for(scope, id)
        checks.require(
            _NAME.fullmatch(id) is not None and len(id) <= LONGEST_NAME,
            "name",
            id,
            allowed=f"1 to {LONGEST_NAME} lower-case letters, digits and single dashes, a letter first",
            advice="It becomes part of the address.",
        )
        checks.require(
            len(scope.node.children) < MOST_ENDPOINTS,
            "name",
            id,
            allowed=f"at most {MOST_ENDPOINTS} endpoints a cluster",
            advice="Let one of them serve two purposes.",
        )
        region = cdk.Stack.of(scope).region
        checks.require(
            not lacks_endpoints(region),
            "add_endpoint",
            id,
            given=f"a custom endpoint in {region}",
            allowed="Regions where CloudFormation has custom endpoints",
            advice="Use the cluster's own endpoints there, or make it with the API.",
        )
        checks.require(
            members is None or excluded is None,
            "members",
            members,
            given="members and excluded",
            allowed="one of the two",
            advice="Name those that belong to the endpoint, or those that do not.",
        )
        for option, names in (("members", members), ("excluded", excluded)):
            if names is not None:
                _check_names(option, names, instances, groups, checks)
        static, left_out = _spread(members, groups), _spread(excluded, groups)
        checks.require(
            type != "READER" or WRITER not in static,
            "members",
            members,
            given=WRITER,
            allowed="readers, in an endpoint of type READER",
            advice='Leave it out, or write type="ANY".',
        )
        served = set(instances if type == "ANY" else instances.keys() - {WRITER})
        checks.require(
            bool(served.difference(left_out)),
            "excluded" if excluded else "type",
            excluded or type,
            allowed="at least one member that the endpoint leads to",
            advice="Add a reader to the cluster, or exclude fewer.",
        )
        checks.refuse()

        super().__init__(scope, id)
        self.endpoint = rds.CfnDBClusterEndpoint(
            self,
            "Endpoint",
            db_cluster_identifier=cluster.cluster_identifier,
            db_cluster_endpoint_identifier=unique_name(self),
            custom_endpoint_type=type,
            static_members=[instances[name].ref for name in static] or None,
            excluded_members=[instances[name].ref for name in left_out] or None,
        )
        for instance in instances.values():
            self.endpoint.add_resource_dependency(instance)
        self.address = self.endpoint.attr_endpoint
        """The host name, without the port."""


def lacks_endpoints(region: str) -> bool:
    """Tell whether a Region has no custom endpoints; one that is known only at deployment is taken to have them."""
    return region in REGIONS_WITHOUT_ENDPOINTS


def _spread(names: Sequence[str] | None, groups: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the members that are named, each once, those of a group in its place."""
    return list(dict.fromkeys(member for name in names or () for member in groups.get(name, (name,))))


def _check_names(
    option: str,
    names: Sequence[str],
    instances: Mapping[str, rds.CfnDBInstance],
    groups: Mapping[str, Sequence[str]],
    checks: Checks,
) -> None:
    checks.require(len(names) > 0, option, names, allowed="one or more names", advice="Leave it out for all of them.")
    checks.require(
        len(set(names)) == len(names), option, names, allowed="each name once", advice="Leave out the second one."
    )
    listed = ", ".join(instances) + (f"; groups: {', '.join(groups)}" if groups else "")
    for name in dict.fromkeys(names):
        if name not in instances and name not in groups:
            checks.problem(
                option,
                repr(name),
                allowed=listed,
                advice="Name members as readers= does, the writer, or groups as rds.Member does.",
            )
