"""What runs SQL: a cluster, or a serverless workgroup."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar, Final

import aws_cdk as cdk
import jsii
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_redshift as redshift
from aws_cdk import aws_redshiftserverless as serverless
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.encryption import store_key
from constructs_lib.functions import RESERVED_CONCURRENCY
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.naming import unique_name
from constructs_lib.networking import closed_security_group
from constructs_lib.options import checks_for
from constructs_lib.permissions import check_role
from constructs_lib.practices.practice import Practice

HTTPS: Final = ec2.Port.tcp(443)
OF_SQL: Final[tuple[Practice, ...]] = (RESERVED_CONCURRENCY,)
"""Practices of the function that runs what stacks declare inside the warehouse."""


@jsii.implements(ec2.IConnectable)
class Warehouse(Construct):
    """A Redshift warehouse, as those see it that run SQL in it; made as a cluster or a serverless workgroup.

    Args:
        scope: The parent construct.
        id: The construct's id.
    """

    key: kms.IKey
    """Encrypts what the warehouse keeps."""
    lifecycle: Lifecycle
    """Whether the warehouse outlives its stack."""
    alarm_topic: sns.ITopic | None
    """What receives the alarms of the warehouse, and of what runs SQL in it."""
    identifier: str
    """The name of the cluster, or of namespace and workgroup."""
    security_group: ec2.ISecurityGroup
    """Who reaches the warehouse."""
    endpoint: str
    """The host that clients connect to, without the port."""
    port: int
    """The port that clients connect to."""
    firehose_access: bool
    """Whether Amazon Data Firehose reaches the warehouse, over a public address."""
    arn: str
    """The ARN of the cluster or namespace, which holds the data."""
    database_name: str
    """The first database."""
    admin_username: str
    """The admin, whom Redshift gives a password and rotates it."""
    admin_secret_arn: str
    """The secret of the admin user, whose password Redshift manages and rotates, as calls take it."""
    admin_secret_resource: str
    """What IAM calls this secret in permissions."""
    data_api_arn: str
    """What IAM calls the warehouse in permissions for the Redshift Data API: the ARN of the cluster or workgroup."""
    data_api_target: Mapping[str, str]
    """The warehouse in calls of the Redshift Data API: ``{"ClusterIdentifier": ...}`` or ``{"WorkgroupName": ...}``."""

    waived_of_sql: Mapping[Practice, str]
    """What the function leaves out that runs SQL, with the reasons."""

    most_roles: ClassVar[int]
    """How many roles Redshift takes."""
    _store: redshift.CfnCluster | serverless.CfnNamespace
    _roles: list[str]

    @property
    def connections(self) -> ec2.Connections:
        """Who may reach the warehouse, on its port."""
        return self._connections

    @cached_property
    def _connections(self) -> ec2.Connections:
        return ec2.Connections(security_groups=[self.security_group], default_port=ec2.Port.tcp(self.port))

    @cached_property
    def declared(self) -> dict[tuple[str, ...], Construct]:
        """What is declared inside the database, and where."""
        return {}

    def attach_role(self, role: iam.IRole) -> None:
        """Let the warehouse assume a role, for COPY, UNLOAD and external schemas.

        The role has to trust ``redshift.amazonaws.com``.

        Args:
            role: The IAM role; one that is attached already stays. A cluster takes 50, a workgroup 10.

        Raises:
            InvalidOptionsError: What is given is no role, one too many, or one that trusts other services alone.
        """
        checks = checks_for(self, "attach_role")
        check_role(role, checks, self)
        checks.refuse()
        checks.require(
            _may_be_assumed(role),
            "role",
            role,
            given="a role that trusts other services alone",
            allowed="one that trusts redshift.amazonaws.com",
            advice='Write assumed_by=iam.ServicePrincipal("redshift.amazonaws.com").',
        )
        roles = list(dict.fromkeys([*self._roles, role.role_arn]))
        checks.require(
            len(roles) <= self.most_roles,
            "role",
            role,
            given=f"{len(roles)} roles",
            allowed=f"at most {self.most_roles}",
            advice="Give one role more permissions.",
        )
        checks.refuse()
        self._roles = self._store.iam_roles = roles

    def _begin(
        self,
        path: str,
        *,
        vpc: ec2.IVpc,
        port: int,
        firehose: str | None,
        routed: bool,
        database_name: str,
        admin_username: str,
        waive: Mapping[Practice, str],
        key: kms.IKey | None,
        logged: bool,
        alarm_topic: sns.ITopic | None,
        lifecycle: Lifecycle,
    ) -> None:
        """Make what comes before cluster or namespace: a name, a key, and a security group.

        Args:
            path: The construct's path.
            vpc: Where the warehouse is.
            port: What clients connect to.
            firehose: The addresses of Amazon Data Firehose, which are let in; None lets in nobody.
            routed: Whether COPY, UNLOAD and streams go through the VPC; where they lead to is for its routes to say.
            database_name: The first database.
            admin_username: The admin.
            waive: Practices to leave out, those of the function that runs SQL among them.
            key: What was given to encrypt with.
            logged: Whether the key encrypts log groups too.
            alarm_topic: Receives the alarms.
            lifecycle: Whether the warehouse outlives its stack.
        """
        self._roles = []
        self.lifecycle = lifecycle
        self.alarm_topic = alarm_topic
        self.database_name = database_name
        self.admin_username = admin_username
        self.waived_of_sql = {it: why for it, why in waive.items() if it in OF_SQL}
        self.port = port
        self.firehose_access = firehose is not None
        self.identifier = unique_name(self)
        self.key = store_key(self, key, lifecycle, logs=logged)
        self.security_group = closed_security_group(self, vpc, f"Who reaches {path}.")
        if firehose:
            self.security_group.add_ingress_rule(ec2.Peer.ipv4(firehose), ec2.Port.tcp(port), "Amazon Data Firehose")
        if routed:
            self.security_group.add_egress_rule(ec2.Peer.any_ipv4(), HTTPS, "COPY, UNLOAD and streams")


def _may_be_assumed(role: iam.IRole) -> bool:
    """Tell whether Redshift may assume a role; of one that is imported, or trusts more than services, nobody knows."""
    document = role.assume_role_policy if isinstance(role, iam.Role) else None
    if document is None:
        return True
    statements = cdk.Stack.of(role).resolve(document)["Statement"]
    trusted = [service for it in statements for service in _services(it.get("Principal"))]
    return not trusted or any(not isinstance(it, str) or it.startswith("redshift") for it in trusted)


def _services(principal: Any) -> list[Any]:
    """Return the services of a principal; None for whoever else it is."""
    services = principal.get("Service") if isinstance(principal, dict) and len(principal) == 1 else None
    return services if isinstance(services, list) else [services]
