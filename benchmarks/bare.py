"""Twenty DB instances as bare L2s, synthesized as CDK does by default."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds as rds

app = cdk.App()
for number in range(2):
    stack = cdk.Stack(app, f"Stack{number}", env=cdk.Environment(account="123456789012", region="eu-west-1"))
    isolated = ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    vpc = ec2.Vpc(stack, "Vpc", max_azs=2, nat_gateways=0, subnet_configuration=[isolated])
    for store in range(10):
        rds.DatabaseInstance(
            stack,
            f"Store{store}",
            engine=rds.DatabaseInstanceEngine.postgres(version=rds.PostgresEngineVersion.VER_18_3),
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        )
app.synth()
