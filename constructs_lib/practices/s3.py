"""What AWS recommends for Amazon S3 buckets."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"

ENCRYPTION = Practice(
    id="S3_ENCRYPTION",
    claim="Objects are encrypted with a customer managed key, which a bucket key stands for in most requests.",
    source=f"{_GUIDE}/bucket-key.html",
    controls=("S3.17",),
    answers=nag("S3DefaultEncryptionKMS", HIPAA, NIST_R5, PCI),
)
TLS = Practice(
    id="S3_TLS",
    claim="The bucket refuses requests without TLS, and with a version before 1.2.",
    source=f"{_GUIDE}/security-best-practices.html",
    controls=("S3.5",),
    answers=("AwsSolutions-S10", *nag("S3BucketSSLRequestsOnly", HIPAA, NIST_R4, NIST_R5, PCI)),
)
NOT_PUBLIC = Practice(
    id="S3_NOT_PUBLIC",
    claim="Neither a policy nor an ACL can make the bucket public.",
    source=f"{_GUIDE}/access-control-block-public-access.html",
    controls=("S3.2", "S3.3", "S3.8"),
    answers=(
        *nag("S3BucketPublicReadProhibited", HIPAA, NIST_R4, NIST_R5, PCI),
        *nag("S3BucketPublicWriteProhibited", HIPAA, NIST_R4, NIST_R5, PCI),
    ),
)
NO_ACLS = Practice(
    id="S3_NO_ACLS",
    claim="ACLs are off: the bucket's owner owns every object, and policies alone decide.",
    source=f"{_GUIDE}/about-object-ownership.html",
    controls=("S3.12",),
)
VERSIONING = Practice(
    id="S3_VERSIONING",
    constant="landing_bucket.VERSIONING",
    claim="Objects that were overwritten or deleted can be brought back.",
    source=f"{_GUIDE}/Versioning.html",
    controls=("S3.14",),
    answers=nag("S3BucketVersioningEnabled", HIPAA, NIST_R4, NIST_R5, PCI),
)
LIFECYCLE = Practice(
    id="S3_LIFECYCLE",
    constant="landing_bucket.LIFECYCLE",
    claim="Uploads that were never finished, and versions that were replaced, do not stay for ever.",
    source=f"{_GUIDE}/object-lifecycle-mgmt.html",
    controls=("S3.10", "S3.13"),
)
ACCESS_LOGS = Practice(
    id="S3_ACCESS_LOGS",
    constant="landing_bucket.ACCESS_LOGS",
    claim="Every request is logged to another bucket.",
    source=f"{_GUIDE}/ServerLogs.html",
    controls=("S3.9",),
    answers=("AwsSolutions-S1", *nag("S3BucketLoggingEnabled", HIPAA, NIST_R4, NIST_R5, PCI)),
)
RETAINED = Practice(
    id="S3_RETAINED",
    claim="CloudFormation retains the bucket, and what is in it.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
)
ALARMS = Practice(
    id="S3_ALARMS",
    constant="landing_bucket.ALARMS",
    claim="Alarms watch the share of requests that fail, by the client's fault and by S3's.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "Best_Practice_Recommended_Alarms_AWS_Services.html#S3",
)
