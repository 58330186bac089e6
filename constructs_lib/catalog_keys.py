"""The use of the key that encrypts the Data Catalog, which Glue asks of whoever reads or writes descriptions."""

from aws_cdk import aws_kms as kms

from constructs_lib.permissions import Permission, through


def use_catalog_key(key: kms.IKey, *, writes: bool = False) -> Permission:
    """Return what reads an encrypted catalog, through Glue alone.

    https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html

    Args:
        key: Encrypts the catalog.
        writes: Whether tables are changed as well.
    """
    return Permission(
        actions=("kms:Decrypt", *(("kms:Encrypt", "kms:GenerateDataKey") if writes else ())),
        resources=(key.key_arn,),
        conditions=through("glue"),
    )
