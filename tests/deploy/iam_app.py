"""The project's stacks, for an account that enforces IAM.

CDK's default synthesizer publishes assets and deploys as the roles of the bootstrap stack, which the emulator cannot
do while it enforces IAM. Here the caller does both by itself. The resources are the same.
"""

import os

import aws_cdk as cdk

import stacks

app = cdk.App(builtin_cloud_formation_validation=False, default_stack_synthesizer=cdk.CliCredentialsStackSynthesizer())
stacks.build(app, cdk.Environment(account=os.environ["CDK_DEFAULT_ACCOUNT"], region=os.environ["CDK_DEFAULT_REGION"]))
app.synth()
