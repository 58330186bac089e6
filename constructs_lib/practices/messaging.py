"""What AWS recommends for Amazon SQS queues and Amazon SNS topics."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, SERVERLESS, Practice, nag

QUEUE_ENCRYPTION = Practice(
    id="SQS_ENCRYPTION",
    claim="Messages in a queue are encrypted with a customer managed key.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-server-side-encryption.html",
    controls=("SQS.1",),
)
QUEUE_REDRIVE = Practice(
    id="SQS_REDRIVE",
    claim="A queue has a dead-letter queue, or says whose dead-letter queue it is.",
    source="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html",
    answers=("AwsSolutions-SQS3", *nag("SQSRedrivePolicy", SERVERLESS)),
)
TOPIC_ENCRYPTION = Practice(
    id="SNS_ENCRYPTION",
    claim="Messages on a topic are encrypted with a customer managed key.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
    controls=("SNS.1",),
    answers=nag("SNSEncryptedKMS", HIPAA, NIST_R4, NIST_R5, PCI),
)
