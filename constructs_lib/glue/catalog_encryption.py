"""The encryption of the Data Catalog, which an account has once in a Region."""

from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.arns import ACCOUNT
from constructs_lib.catalog_keys import use_catalog_key
from constructs_lib.encryption import store_key
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.naming import claim
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import grant_beside
from constructs_lib.regions import check_region


class CatalogEncryption(Construct):
    """Encrypts what the Glue Data Catalog says of tables, and the passwords of its connections.

    https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html

    Make one in an account and Region: it holds for all databases, whoever made them. Whoever reads the catalog needs
    its key from then on. Give ``.key`` as ``catalog_key`` to
    :class:`constructs_lib.firehose.S3DeliveryStream`, :class:`constructs_lib.firehose.IcebergDeliveryStream`,
    :class:`constructs_lib.patterns.StreamToLake` and :meth:`constructs_lib.athena.WorkGroup.grant_query`; other roles
    are let in by :meth:`grant_read`.

    Args:
        scope: The parent construct.
        id: The construct's id.
        key: Encrypts descriptions and passwords; None makes a key, which stays whatever happens to the stack: without
            it nobody reads what was written meanwhile.
        lifecycle: Whether the setting outlives its stack; a disposable one has descriptions written in plain again.

    Raises:
        InvalidOptionsError: Some options cannot be accepted, or the app encrypts the same catalog twice; it names all
            of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        key: kms.IKey | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_region(scope, {"key": key}, checks)
        check_lasts({"key": key}, Lifecycle.RETAINED, checks, advice="Make it with Lifecycle.RETAINED.")
        advice = "It holds for all databases: make one, in a stack that the others depend on."
        claim(scope, id, "scope", "encryption of the catalog", [], advice, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, Lifecycle.RETAINED)
        self.settings = glue.CfnDataCatalogEncryptionSettings(
            self,
            "Settings",
            catalog_id=ACCOUNT,
            data_catalog_encryption_settings={
                "encryptionAtRest": {"catalogEncryptionMode": "SSE-KMS", "sseAwsKmsKeyId": self.key.key_arn},
                "connectionPasswordEncryption": {
                    "returnConnectionPasswordEncrypted": True,
                    "kmsKeyId": self.key.key_arn,
                },
            },
        )
        self.settings.apply_removal_policy(lifecycle.removal_policy)

    def grant_read(self, role: iam.IRole) -> iam.ManagedPolicy:
        """Let a role decrypt what the catalog says of tables; it needs the permissions of Glue besides.

        https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html

        Args:
            role: The IAM role. The policy is made beside it, in its stack.

        Returns:
            The managed policy; the same one if the role may do so already.

        Raises:
            InvalidOptionsError: What is given is no role.
        """
        return grant_beside(self, role, [use_catalog_key(self.key)])
