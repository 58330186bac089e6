"""A workgroup of Athena: what queries cost, where results go, and who may ask."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import aws_cdk as cdk
from aws_cdk import aws_athena as athena
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import Waivers
from constructs_lib.alarms import Alarms
from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.athena import query_permissions as may
from constructs_lib.athena.results import RESULTS_KEPT, BucketResults, Location, ManagedResults
from constructs_lib.athena.workgroup_alarms import FAILURE_ALARMS, limit_alarms
from constructs_lib.buckets import check_near
from constructs_lib.catalog_keys import use_catalog_key
from constructs_lib.encryption import store_key
from constructs_lib.errors import show
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.naming import unique_name
from constructs_lib.options import checked, checks_for, describe, fits
from constructs_lib.permissions import check_role, grant_beside
from constructs_lib.practices import athena as practices
from constructs_lib.practices.practice import Practice
from constructs_lib.regions import check_region

NAMESPACE: Final = "AWS/Athena"
ENGINE: Final = "Athena engine version 3"
LONGEST_NAME: Final = 128
LEAST_BYTES: Final = 10_000_000
"""The lowest limit that Athena takes, and what every query is billed for at least."""
SCAN_LIMIT: Final = cdk.Size.gibibytes(100)
"""At five dollars a terabyte, a query costs half a dollar at most."""

WAIVABLE: Final[tuple[Practice, ...]] = (practices.ALARMS,)


class WorkGroup(Construct):
    """Runs SQL over the tables of the Glue Data Catalog, within limits that no client can lift.

    https://docs.aws.amazon.com/athena/latest/ug/workgroups.html

    Athena writes no log of queries: each is in CloudTrail, in the history of the workgroup for 45 days, and in the
    events of type "Athena Query State Change" on EventBridge.

    Args:
        scope: The parent construct.
        id: The construct's id.
        results: Where results go: to a bucket, or to storage that Athena manages.
        scan_limit: What one query may read, before it is stopped: 10 MB or more.
        key: Encrypts the results; None takes the key of the bucket that is given, or makes one.
        alarm_topic: Receives the alarms; None leaves them to be read in CloudWatch.
        lifecycle: Whether workgroup and results outlive their stack; a disposable one goes with its history and saved
            queries.
        waive: Practices to leave out, each with a reason.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        results: BucketResults | ManagedResults = BucketResults(),
        scan_limit: cdk.Size = SCAN_LIMIT,
        key: kms.IKey | None = None,
        alarm_topic: sns.ITopic | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
        waive: Mapping[Practice, str] = {},
    ) -> None:
        checks = checks_for(scope, id)
        waivers = Waivers(waive, known=WAIVABLE, checks=checks)
        limit = 0.0
        if checks.require_literal("scan_limit", scan_limit):
            limit = scan_limit.to_bytes(rounding=cdk.SizeRoundingBehavior.NONE)
            checks.require(
                limit >= LEAST_BYTES,
                "scan_limit",
                limit,
                given=f"{limit:.0f} bytes",
                allowed=f"{LEAST_BYTES} bytes or more",
                advice="Write cdk.Size.gibibytes(n); 10 MB is billed anyway.",
            )
        check_region(scope, {"key": key, "alarm_topic": alarm_topic}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        if isinstance(results, BucketResults) and results.bucket:
            advice = "Athena writes results to the workgroup's own account and Region: give another, or leave it out."
            check_near("results", results.bucket, cdk.Stack.of(scope), advice, checks)
            check_lasts({"results": results.bucket}, lifecycle, checks)
        checks.refuse()

        super().__init__(scope, id)
        given = results.bucket.encryption_key if isinstance(results, BucketResults) and results.bucket else None
        self.key = store_key(self, key or given, lifecycle)
        self.name = unique_name(self, longest=LONGEST_NAME)
        self.arn = arn("athena", f"workgroup/{self.name}")
        self.results: Location | None = None
        if isinstance(results, BucketResults):
            self.results = Location(
                results.bucket or self._make_bucket(results, alarm_topic, lifecycle), results.prefix
            )
        else:
            self._allow_managed_results()
        self.workgroup = athena.CfnWorkGroup(
            self,
            "WorkGroup",
            name=self.name,
            recursive_delete_option=not lifecycle.protected,
            work_group_configuration=cast("Any", self._configuration(limit)),
        )
        self.workgroup.apply_removal_policy(lifecycle.removal_policy)
        waivers.acknowledge(self.workgroup)
        self.alarms: Alarms | None = None
        if waivers.keeps(practices.ALARMS):
            group = {"WorkGroup": self.workgroup.ref}
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=FAILURE_ALARMS,
                namespace=NAMESPACE,
                dimensions={**group, "QueryState": "FAILED", "QueryType": "DML"},
                topic=alarm_topic,
            )
            Alarms(
                self,
                "LimitAlarms",
                rules=limit_alarms(limit),
                namespace=NAMESPACE,
                dimensions=group,
                topic=alarm_topic,
            )

    def _make_bucket(self, results: BucketResults, topic: sns.ITopic | None, lifecycle: Lifecycle) -> s3.IBucket:
        return LandingBucket(
            self,
            "Results",
            expire_after=results.expire_after or RESULTS_KEPT,
            replaced_expire_after=cdk.Duration.days(1),
            key=self.key,
            alarm_topic=topic,
            lifecycle=lifecycle,
        ).bucket

    def _allow_managed_results(self) -> None:
        """Let Athena encrypt the results of this workgroup alone.

        https://docs.aws.amazon.com/athena/latest/ug/encrypting-managed-results.html
        """
        self.key.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AthenaManagedResults",
                principals=[iam.ServicePrincipal("encryption.athena.amazonaws.com")],
                actions=["kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey"],
                resources=["*"],
                conditions={
                    "ArnLike": {"aws:SourceArn": self.arn},
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                },
            )
        )

    def _configuration(self, limit: float) -> Mapping[str, Any]:
        key = self.key.key_arn
        if self.results is None:
            where = {"managedQueryResultsConfiguration": {"enabled": True, "encryptionConfiguration": {"kmsKey": key}}}
        else:
            bucket = self.results.bucket
            where = {
                "resultConfiguration": {
                    "outputLocation": f"s3://{bucket.bucket_name}/{self.results.prefix}",
                    "encryptionConfiguration": {"encryptionOption": "SSE_KMS", "kmsKey": key},
                    "expectedBucketOwner": ACCOUNT,
                }
            }
        return {
            "enforceWorkGroupConfiguration": True,
            "publishCloudWatchMetricsEnabled": True,
            "bytesScannedCutoffPerQuery": limit,
            "engineVersion": {"selectedEngineVersion": ENGINE},
            "requesterPaysEnabled": False,
            **where,
        }

    def grant_query(
        self,
        role: iam.IRole,
        *,
        tables: Sequence[glue.CfnTable],
        locations: Sequence[Location],
        catalog_key: kms.IKey | None = None,
    ) -> iam.ManagedPolicy:
        """Let a role query these tables in this workgroup, and read the objects and the results.

        ``SHOW TABLES``, and clients that browse, list these tables alone.

        https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.
            tables: The tables: ``clicks.table`` of a :class:`constructs_lib.glue.Table`.
            locations: The objects of the tables.
            catalog_key: Encrypts the Data Catalog: ``.key`` of a :class:`constructs_lib.glue.CatalogEncryption`; None
                where the catalog is not encrypted with a key of the account's own.

        Returns:
            The managed policy; the same one if the role may do the same already.

        Raises:
            InvalidOptionsError: What is given is no role, no tables, no locations or no key.
        """
        checks = checks_for(self, "grant_query")
        check_role(role, checks, self)
        for option, value, hint in (
            ("tables", tables, Sequence[glue.CfnTable]),
            ("locations", locations, Sequence[Location]),
        ):
            if not value or not fits(value, hint):
                advice = "Pass the .table of tables, and athena.Location(bucket, prefix)."
                checks.problem(option, show(value), allowed=describe(hint), advice=advice)
        if not fits(catalog_key, kms.IKey | None):
            advice = "Pass the .key of a glue.CatalogEncryption."
            checks.problem("catalog_key", show(catalog_key), allowed=describe(kms.IKey | None), advice=advice)
        checks.refuse()
        permissions = [
            may.query(self.arn),
            *may.describe_tables(tables),
            *([use_catalog_key(catalog_key)] if catalog_key else []),
            *(permission for location in locations for permission in may.read(location)),
            *may.write_results(self.results, self.key),
        ]
        return grant_beside(self, role, permissions)
