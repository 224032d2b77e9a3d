/**
 * Actions that take no resource (Service Authorization Reference): there `*` is the only thing to write. Of a service
 * that stands here every other action is taken for one that does.
 */
const byService: Readonly<Record<string, string>> = {
  acm: 'ListCertificates',
  'application-autoscaling': 'Describe*',
  autoscaling: 'Describe*',
  cloudformation: 'ListStacks|ListExports|ValidateTemplate|DescribeAccountLimits',
  cloudfront: 'List*',
  cloudtrail: 'DescribeTrails|ListTrails|LookupEvents',
  cloudwatch: 'PutMetricData|GetMetricData|GetMetricStatistics|ListMetrics|ListDashboards',
  dynamodb: 'ListTables|DescribeLimits',
  ec2: 'Describe*|GetEbsEncryptionByDefault',
  ec2messages: '*',
  ecr: 'GetAuthorizationToken|DescribeRegistry',
  'ecr-public': 'GetAuthorizationToken',
  ecs: 'ListClusters|ListServices|ListTaskDefinitions|ListTaskDefinitionFamilies|DescribeTaskDefinition|DeregisterTaskDefinition',
  eks: 'ListClusters|DescribeAddonVersions',
  elasticloadbalancing: 'Describe*',
  events: 'ListRules|ListEventBuses',
  iam: 'ListUsers|ListRoles|ListPolicies|ListGroups|ListAccountAliases|ListInstanceProfiles|GetAccountSummary|GetAccountPasswordPolicy|GenerateCredentialReport|GetCredentialReport',
  kms: 'ListKeys|ListAliases|GenerateRandom',
  lambda: 'ListFunctions|ListEventSourceMappings|ListLayers|GetAccountSettings',
  logs: 'Describe*',
  organizations: 'ListAccounts|ListRoots|DescribeOrganization',
  rds: 'DescribeDBEngineVersions|DescribeOrderableDBInstanceOptions|DescribeAccountAttributes',
  route53: 'ListHostedZones|ListHostedZonesByName|GetHostedZoneCount|ListHealthChecks|GetCheckerIpRanges',
  s3: 'ListAllMyBuckets|GetAccountPublicAccessBlock',
  secretsmanager: 'ListSecrets|GetRandomPassword|BatchGetSecretValue',
  sns: 'ListTopics|ListSubscriptions',
  sqs: 'ListQueues',
  ssm: 'DescribeParameters|DescribeInstanceInformation|ListCommands',
  ssmmessages: '*',
  sts: 'GetCallerIdentity|GetSessionToken|GetServiceBearerToken',
  tag: 'Get*',
  xray: 'Put*|GetSampling*',
}

const patterns = new Map(
  Object.entries(byService).map(([service, actions]) => [
    service,
    new RegExp(`^(?:${actions.replaceAll('*', String.raw`\w*`)})$`, 'i'),
  ]),
)

/** Tells whether an action takes no resource; a pattern names none. */
export function takesNoResource(action: string): 'yes' | 'no' | 'unknown' {
  const [service = '', name = ''] = action.split(':', 2)
  const pattern = patterns.get(service.toLowerCase())
  if (pattern !== undefined) return pattern.test(name) ? 'yes' : 'no'
  if (name.includes('*')) return 'no'
  // What changes something is nearly always about something; of what only looks nobody can tell.
  return /^(Describe|List)/i.test(name) ? 'unknown' : 'no'
}
