"""What AWS recommends for AWS Lambda functions and the streams that they consume."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, SERVERLESS, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/lambda/latest/dg"

WANT_DEAD_LETTERS = nag("LambdaDLQ", HIPAA, NIST_R5, SERVERLESS)
"""The rules that want a dead-letter queue of every function, however it is invoked."""

PARTIAL_BATCH_RESPONSES = Practice(
    id="LAMBDA_PARTIAL_BATCH_RESPONSES",
    claim="A bad record holds back neither those before it nor, once it is given up, those after it.",
    source=f"{_GUIDE}/services-ddb-batchfailurereporting.html",
)
BOUNDED_RETRIES = Practice(
    id="LAMBDA_BOUNDED_RETRIES",
    claim="A failing batch is split, retried a bounded number of times and given up before the stream forgets it.",
    source=f"{_GUIDE}/services-dynamodb-errors.html",
)
FAILURE_DESTINATION = Practice(
    id="LAMBDA_FAILURE_DESTINATION",
    claim="A dead-letter queue is told what could not be processed: an event, or where in the stream its records are.",
    source=f"{_GUIDE}/services-dynamodb-errors.html",
    answers=(*WANT_DEAD_LETTERS, *nag("LambdaEventSourceMappingDestination", SERVERLESS)),
)
TRACING = Practice(
    id="LAMBDA_TRACING",
    constant="functions.TRACING",
    claim="Invocations are traced with AWS X-Ray.",
    source=f"{_GUIDE}/services-xray.html",
    controls=("Lambda.7",),
    answers=nag("LambdaTracing", SERVERLESS),
)
OWN_LOG_GROUP = Practice(
    id="LAMBDA_OWN_LOG_GROUP",
    claim="The function logs as JSON into a log group that is declared, encrypted and kept for a stated time.",
    source=f"{_GUIDE}/monitoring-cloudwatchlogs-loggroups.html",
)
RESERVED_CONCURRENCY = Practice(
    id="LAMBDA_RESERVED_CONCURRENCY",
    constant="functions.RESERVED_CONCURRENCY",
    claim="The function can neither starve the account's other functions nor be starved by them.",
    source=f"{_GUIDE}/configuration-concurrency.html",
    answers=nag("LambdaConcurrency", HIPAA, NIST_R5),
)
IN_VPC = Practice(
    id="LAMBDA_IN_VPC",
    claim="The function runs in the VPC, in at least two Availability Zones.",
    source=f"{_GUIDE}/configuration-vpc.html",
    controls=("Lambda.3", "Lambda.5"),
    answers=nag("LambdaInsideVPC", HIPAA, NIST_R4, NIST_R5, PCI),
)
ITERATOR_AGE_ALARM = Practice(
    id="LAMBDA_ITERATOR_AGE_ALARM",
    claim="An alarm says that the consumer falls behind long before the stream forgets records.",
    source=f"{_GUIDE}/monitoring-metrics-types.html",
)
