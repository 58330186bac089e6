"""What AWS recommends for AWS KMS keys."""

from constructs_lib.practices.practice import NIST_R4, NIST_R5, PCI, Practice, nag

ROTATION = Practice(
    id="KMS_ROTATION",
    claim="The key material is rotated every year.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    controls=("KMS.4",),
    answers=("AwsSolutions-KMS5", *nag("KMSBackingKeyRotationEnabled", NIST_R4, NIST_R5, PCI)),
)
