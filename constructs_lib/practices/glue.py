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
ICEBERG_SCHEMA = Practice(
    id="GLUE_ICEBERG_SCHEMA",
    claim="An Iceberg table is described as Iceberg does it, so that updates evolve it, and do not break it.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/"
    "aws-properties-glue-table-icebergtableinput.html",
)
ICEBERG_RETAINED = Practice(
    id="GLUE_ICEBERG_RETAINED",
    claim="CloudFormation retains an Iceberg table: the catalog alone knows which of its objects are rows.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
)
