"""What AWS recommends for the AWS Glue Data Catalog."""

from constructs_lib.practices.practice import Practice

PARTITION_PROJECTION = Practice(
    id="GLUE_PARTITION_PROJECTION",
    claim="Athena computes the partitions of a table: nobody adds them, and no crawler runs.",
    source="https://docs.aws.amazon.com/athena/latest/ug/partition-projection.html",
)
CATALOG_ENCRYPTION = Practice(
    id="GLUE_CATALOG_ENCRYPTION",
    claim="The Data Catalog, and the passwords of its connections, are encrypted with a customer managed key.",
    source="https://docs.aws.amazon.com/glue/latest/dg/encrypt-glue-data-catalog.html",
)
