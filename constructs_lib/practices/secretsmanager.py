"""What AWS recommends for secrets in AWS Secrets Manager."""

from constructs_lib.practices.practice import HIPAA, NIST_R5, PCI, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/secretsmanager/latest/userguide"

ENCRYPTION = Practice(
    id="SECRETSMANAGER_ENCRYPTION",
    claim="Secrets are encrypted with a customer managed key.",
    source=f"{_GUIDE}/security-encryption.html",
    answers=nag("SecretsManagerUsingKMSKey", HIPAA, NIST_R5, PCI),
)
ROTATION = Practice(
    id="SECRETSMANAGER_ROTATION",
    constant="redshift.ROTATION",
    claim="Secrets are changed by themselves, so that one that leaked is soon of no use.",
    source=f"{_GUIDE}/rotating-secrets.html",
    controls=("SecretsManager.1", "SecretsManager.4"),
    answers=("AwsSolutions-SMG4", *nag("SecretsManagerRotationEnabled", HIPAA, NIST_R5)),
)
