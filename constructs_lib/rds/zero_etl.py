"""What replicates an Aurora cluster into Amazon Redshift without a pipeline."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds as rds
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks, is_token, show
from constructs_lib.naming import unique_name
from constructs_lib.options import checked, checks_for
from constructs_lib.practices import aurora as practices
from constructs_lib.rds.aurora_engines import AuroraTraits, Version, least, reaches
from constructs_lib.rds.aurora_features import AuroraFeatures, lacks_backtrack
from constructs_lib.rds.aurora_members import ServerlessCapacity
from constructs_lib.rds.aurora_origin import Origin, is_global
from constructs_lib.rds.data_filter import check_data_filter

MOST_INTEGRATIONS: Final = 5
LONGEST_NAME: Final = 63
MOST_CONTEXT: Final = 6
CONTEXT_KEY: Final = "aurora-cluster"
REGIONS_WITHOUT_ZERO_ETL: Final = frozenset(
    {
        "ap-east-2",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "mx-central-1",
        "us-gov-east-1",
        "us-gov-west-1",
    }
)
"""Where CloudFormation has no AWS::RDS::Integration: rule F3006 knows the same."""

_NAME: Final = re.compile(r"[a-zA-Z](-?[a-zA-Z0-9]+)*")
_TARGET: Final = re.compile(
    r"arn:aws[a-z-]*:(?:redshift:(?P<region>[a-z0-9-]+):\d{12}:namespace:"
    r"|redshift-serverless:(?P<serverless_region>[a-z0-9-]+):\d{12}:namespace/)[0-9a-f-]{36}"
)


class ZeroEtlIntegration(Construct):
    """Replicates an Aurora cluster into an Amazon Redshift data warehouse, within seconds of each write.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/zero-etl.html

    ``AuroraCluster.add_zero_etl_integration`` makes it, one after the other: a cluster takes no second one while the
    first is being made. While there is one, the cluster and its members cannot be renamed or deleted. Tables need a
    primary key.

    The warehouse may belong to another account. Redshift takes the data if, before this is deployed,

    - it is Redshift Serverless, or an encrypted cluster of two or more RA3 nodes;
    - its parameter ``enable_case_sensitive_identifier`` is true;
    - the resource policy of its namespace lets ``redshift.amazonaws.com`` do ``redshift:AuthorizeInboundIntegration``
      for the cluster's ARN, and this account ``redshift:CreateInboundIntegration``.

    Then ``CREATE DATABASE ... FROM INTEGRATION`` there shows the data.

    https://docs.aws.amazon.com/redshift/latest/mgmt/zero-etl-using.redshift-iam.html

    Args:
        scope: The parent construct.
        id: The construct's id: letters, digits and single dashes.
        cluster: The cluster that is replicated.
        identifier: Its name.
        instances: All its members by their names.
        traits: Its engine.
        prepared: Whether its parameters are those of a source.
        earlier: The integrations that it already has.
        key: Encrypts the data on their way, and allows Redshift to use it; the owner of a key that was imported does.
        target_arn: The namespace of a Redshift Serverless warehouse, or of a Redshift cluster.
        data_filter: Which tables are replicated.
        encryption_context: What the use of the key is bound to.

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
        identifier: str,
        instances: Mapping[str, rds.CfnDBInstance],
        traits: AuroraTraits,
        prepared: bool,
        earlier: Sequence["ZeroEtlIntegration"],
        key: kms.IKey,
        target_arn: str,
        data_filter: str | None = None,
        encryption_context: Mapping[str, str] | None = None,
    ) -> None:
        checks = checks_for(scope, id)
        context = {CONTEXT_KEY: identifier} if encryption_context is None else encryption_context
        checks.require(
            prepared,
            "add_zero_etl_integration",
            id,
            given="a cluster without zero_etl",
            allowed="a cluster that keeps the logs of its changes",
            advice="Write features=rds.AuroraFeatures(zero_etl=True).",
        )
        checks.require(
            len(earlier) < MOST_INTEGRATIONS,
            "name",
            id,
            allowed=f"at most {MOST_INTEGRATIONS} integrations a cluster",
            advice="Let one of them serve two purposes.",
        )
        checks.require(
            _NAME.fullmatch(id) is not None and len(id) <= LONGEST_NAME,
            "name",
            id,
            allowed=f"1 to {LONGEST_NAME} letters, digits and single dashes, a letter first",
            advice="It becomes part of the integration's name.",
        )
        _check_target(target_arn, cdk.Stack.of(scope).region, checks)
        checks.require(
            target_arn not in [it.target_arn for it in earlier],
            "target_arn",
            target_arn,
            allowed="each warehouse once",
            advice="Widen the data filter of the integration that there is.",
        )
        check_data_filter(data_filter, traits, checks)
        _check_context(context, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.target_arn: str = target_arn
        """The namespace of the warehouse."""
        key.add_to_resource_policy(iam.PolicyStatement.from_json(_redshift_grants(context)))
        self.integration = rds.CfnIntegration(
            self,
            "Integration",
            integration_name=unique_name(self),
            source_arn=cluster.cluster_arn,
            target_arn=target_arn,
            data_filter=data_filter,
            kms_key_id=key.key_arn,
            additional_encryption_context=dict(context),
        )
        for resource in (*instances.values(), *(it.integration for it in earlier[-1:])):
            self.integration.add_resource_dependency(resource)


def check_zero_etl(
    features: AuroraFeatures,
    traits: AuroraTraits,
    version: Version | None,
    capacity: ServerlessCapacity | None,
    region: str,
    origin: Origin | None,
    waivers: Waivers,
    checks: Checks,
) -> None:
    """Refuse what cannot be the source of a zero-ETL integration.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Concepts.Aurora_Fea_Regions_DB-eng.Feature.Zero-ETL.html

    Args:
        features: What the cluster can do.
        traits: Its engine.
        version: The engine's version, None where it is not known.
        capacity: What was given for its serverless members.
        region: Where it is.
        origin: Where its data come from; there is no backtracking in a global database.
        waivers: What is left out.
        checks: Collects what is wrong.
    """
    if not features.zero_etl:
        return
    checks.require(
        reaches(version, traits.zero_etl),
        "features",
        features,
        given="zero_etl",
        allowed=f"zero_etl from version {least(traits.zero_etl)}",
        advice="Use a newer version.",
    )
    checks.require(
        region not in REGIONS_WITHOUT_ZERO_ETL,
        "features",
        features,
        given="zero_etl",
        allowed=f"none in {region}, where CloudFormation has no zero-ETL integrations",
        advice="Use another Region.",
    )
    checks.require(
        capacity is None or is_token(capacity.minimum) or capacity.minimum > 0,
        "serverless",
        capacity,
        given="a minimum of 0 ACUs",
        allowed="0.5 or more with zero_etl",
        advice="The logs that are replicated keep the members awake.",
    )
    checks.require(
        not traits.backtracks or lacks_backtrack(region) or is_global(origin) or practices.BACKTRACK in waivers,
        "features",
        features,
        given="zero_etl with backtracking",
        allowed=f"zero_etl where {practices.BACKTRACK.constant} is waived",
        advice="Enhanced binary logs cannot be had in a cluster that ever could go back in time.",
    )


def _check_target(target: str, region: str, checks: Checks) -> None:
    """Refuse what is no namespace of Redshift, and one of another Region."""
    match = _TARGET.fullmatch(target)
    checks.require(
        match is not None,
        "target_arn",
        target,
        allowed="arn:PARTITION:redshift-serverless:REGION:ACCOUNT:namespace/UUID or "
        "arn:PARTITION:redshift:REGION:ACCOUNT:namespace:UUID",
        advice="Take the ARN of the namespace, not that of the cluster or workgroup.",
    )
    given = match and (match["region"] or match["serverless_region"])
    checks.require(
        given is None or is_token(region) or given == region,
        "target_arn",
        target,
        given=f"a warehouse in {given}",
        allowed=f"one in {region}, where the cluster is",
        advice="Take a warehouse of the same Region; another account's is accepted.",
    )


def _check_context(context: Mapping[str, str], checks: Checks) -> None:
    """Refuse pairs that KMS does not take beside those that Redshift adds."""
    checks.require(
        1 <= len(context) <= MOST_CONTEXT,
        "encryption_context",
        context,
        given=f"{len(context)} pairs",
        allowed=f"1 to {MOST_CONTEXT}",
        advice="Leave it out for one of this library's.",
    )
    for name, value in context.items():
        checks.require(
            bool(name and value) and not name.startswith("aws:"),
            "encryption_context",
            context,
            given=f"{name!r}: {show(value)}",
            allowed="names and values, and no name that begins with aws:",
            advice='Write {"department": "sales"}; it is no secret.',
        )


def _redshift_grants(context: Mapping[str, str]) -> dict[str, Any]:
    """Return the statement of a key's policy that lets Redshift use it for these integrations alone.

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/zero-etl.creating.html#zero-etl.create-encrypt
    """
    return {
        "Effect": "Allow",
        "Principal": {"Service": "redshift.amazonaws.com"},
        "Action": "kms:CreateGrant",
        "Resource": "*",
        "Condition": {
            "StringEquals": {f"kms:EncryptionContext:{name}": value for name, value in context.items()},
            "ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt", "GenerateDataKey", "CreateGrant"]},
        },
    }
