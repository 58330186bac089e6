"""Twenty DB instances of this library, synthesized with every check."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds

from constructs_lib import compliance, rds

app = cdk.App(builtin_cloud_formation_validation=False)
compliance.enforce(app)
for number in range(2):
    stack = cdk.Stack(app, f"Stack{number}", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, subnet_configuration=[isolated])
    compliance.acknowledge(
        vpc,
        dict.fromkeys(
            (
                "AwsSolutions-VPC7",
                *(
                    f"{pack}-{rule}"
                    for pack in ("HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321")
                    for rule in ("VPCFlowLogsEnabled", "VPCDefaultSecurityGroupClosed")
                ),
            ),
            "The benchmark is about stores.",
        ),
    )
    for store in range(10):
        rds.MultiAzInstance(
            stack,
            f"Store{store}",
            engine=aws_rds.DatabaseInstanceEngine.postgres(version=aws_rds.PostgresEngineVersion.VER_18_3),
            vpc=vpc,
        )
app.synth()
