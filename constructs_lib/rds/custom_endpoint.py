"""Addresses that lead to some members of an Aurora cluster."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, Literal

from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.compliance import acknowledge
from constructs_lib.errors import Checks
from constructs_lib.naming import unique_name
from constructs_lib.options import checked, checks_for
from constructs_lib.rds.aurora_members import WRITER

MOST_ENDPOINTS: Final = 5
LONGEST_NAME: Final = 63
UNKNOWN_TYPE: Final = "The type is new: the rules' lists of types lack it, for some Regions or for all."

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
        members: Those that the address leads to, for ever these; None is all that are not excluded.
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
                _check_names(option, names, instances, checks)
        checks.require(
            type != "READER" or WRITER not in (members or ()),
            "members",
            members,
            given=WRITER,
            allowed="readers, in an endpoint of type READER",
            advice='Leave it out, or write type="ANY".',
        )
        served = set(instances if type == "ANY" else instances.keys() - {WRITER})
        checks.require(
            bool(served - set(excluded or ())),
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
            static_members=[instances[name].ref for name in members] if members else None,
            excluded_members=[instances[name].ref for name in excluded] if excluded else None,
        )
        for instance in instances.values():
            self.endpoint.add_resource_dependency(instance)
        acknowledge(self.endpoint, {"F3006": UNKNOWN_TYPE})
        self.address = self.endpoint.attr_endpoint
        """The host name, without the port."""


def _check_names(option: str, names: Sequence[str], instances: Mapping[str, rds.CfnDBInstance], checks: Checks) -> None:
    checks.require(len(names) > 0, option, names, allowed="one or more names", advice="Leave it out for all of them.")
    checks.require(
        len(set(names)) == len(names), option, names, allowed="each name once", advice="Leave out the second one."
    )
    for name in dict.fromkeys(names):
        if name not in instances:
            checks.problem(
                option, repr(name), allowed=", ".join(instances), advice="Name readers as readers= does, or the writer."
            )
