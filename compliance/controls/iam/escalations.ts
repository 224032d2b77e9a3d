/**
 * Actions of AWS that give more than they say (Rhino Security Labs, "AWS IAM privilege escalation"; Salesforce,
 * "cloudsplaining"): those that change rights, those that hand out credentials, and those that start something under a
 * role that is passed to it.
 */

export const escalations: readonly string[] = [
  'iam:AddUserToGroup',
  'iam:AttachGroupPolicy',
  'iam:AttachRolePolicy',
  'iam:AttachUserPolicy',
  'iam:CreatePolicyVersion',
  'iam:DeleteRolePermissionsBoundary',
  'iam:DeleteUserPermissionsBoundary',
  'iam:PutGroupPolicy',
  'iam:PutRolePolicy',
  'iam:PutUserPolicy',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
]

export const exposures: readonly string[] = [
  'iam:CreateAccessKey',
  'iam:CreateLoginProfile',
  'iam:CreateServiceSpecificCredential',
  'iam:ResetServiceSpecificCredential',
  'iam:UpdateAccessKey',
  'iam:UpdateLoginProfile',
  'codepipeline:PollForJobs',
  'connect:GetFederationToken',
  'ec2:GetPasswordData',
  'gamelift:RequestUploadCredentials',
  'lightsail:GetInstanceAccessDetails',
  'lightsail:GetRelationalDatabaseMasterUserPassword',
  'rds-db:connect',
  'redshift:GetClusterCredentials',
  'sso:GetRoleCredentials',
  'sts:AssumeRole',
  'sts:AssumeRoleWithSAML',
  'sts:AssumeRoleWithWebIdentity',
  'sts:GetFederationToken',
]

export const passing: readonly string[] = ['iam:PassRole']

export const starting: readonly string[] = [
  'cloudformation:CreateStack',
  'codebuild:CreateProject',
  'datapipeline:CreatePipeline',
  'ec2:RunInstances',
  'ecs:RegisterTaskDefinition',
  'ecs:RunTask',
  'ecs:StartTask',
  'glue:CreateDevEndpoint',
  'glue:CreateJob',
  'lambda:CreateFunction',
  'sagemaker:CreateNotebookInstance',
  'sagemaker:CreateProcessingJob',
  'sagemaker:CreateTrainingJob',
  'ssm:StartAutomationExecution',
  'states:CreateStateMachine',
]
