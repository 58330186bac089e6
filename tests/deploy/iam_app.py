"""The project's stacks, for an account that enforces IAM.

The default synthesizer publishes assets as the roles of the bootstrap stack, which the emulator cannot do while it
enforces IAM. Here the caller publishes and deploys them itself. The resources are the same.
"""

import aws_cdk as cdk

import stacks

app = cdk.App(default_stack_synthesizer=cdk.CliCredentialsStackSynthesizer())
stacks.build(app)
app.synth()
