"""Synthesizes the stacks of this project, with every check on."""

import os

import aws_cdk as cdk

from constructs_lib import compliance
from stacks import build

app = cdk.App(builtin_cloud_formation_validation=False)
compliance.enforce(app)
account, region = os.environ.get("CDK_DEFAULT_ACCOUNT"), os.environ.get("CDK_DEFAULT_REGION")
build(app, cdk.Environment(account=account, region=region) if account and region else None)
app.synth()
