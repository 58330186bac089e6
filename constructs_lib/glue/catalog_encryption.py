"""The encryption of the Data Catalog, which an account has once in a Region."""

from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.arns import ACCOUNT
from constructs_lib.encryption import store_key
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.regions import check_region


class CatalogEncryption(Construct):
    """Encrypts what the Glue Data Catalog says of tables, and the passwords of its connections.

    https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html

    Make one in an account and Region: it holds for all databases, whoever made them. Whoever reads the catalog needs
    ``kms:Decrypt`` on the key from then on, and ``kms:GenerateDataKey`` as well to write to it.

    Args:
        scope: The parent construct.
        id: The construct's id.
        key: Encrypts descriptions and passwords; None makes a key. Without it nobody reads the catalog.
        lifecycle: Whether key and setting outlive their stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
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
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle)
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
