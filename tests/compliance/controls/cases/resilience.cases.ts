/** Cases of what keeps running, and of what is needed to build it again. */
import { gatherTerraform } from '../../../../compliance/gather/terraform.ts'
import { live, named, tf, together, type Cases } from '../cases.ts'

const resource =
  (type: string) =>
  (lines: string, beside = '') =>
    tf(`resource "${type}" "x" {\n${lines}\n}\n${beside}`)
const database = resource('aws_db_instance')
const staging = 'provider "aws" {\n default_tags {\n tags = { Environment = "staging" }\n }\n}'
const statement = (id: string, state: string) =>
  named(id, live('attestation', 'statement', { state, expires: '2027-06-30' }))
const bucket = (beside: string, lines = '') => resource('aws_s3_bucket')(`bucket = "x"\n${lines}`, beside)
const subnets =
  'resource "aws_subnet" "a" {\n availability_zone = "us-east-1a"\n}\nresource "aws_subnet" "b" {\n availability_zone = "us-east-1b"\n}\nresource "aws_subnet" "v" {\n availability_zone = var.zone\n}\n'
const target = (id = '"service/campus/api"') =>
  `resource "aws_appautoscaling_target" "x" {\n resource_id = ${id}\n min_capacity = 2\n max_capacity = 6\n}\n`
const service = (lines: string, beside = target(), of = '[aws_subnet.a.id, aws_subnet.b.id]') =>
  resource('aws_ecs_service')(
    `name = "api"\n${lines}\nnetwork_configuration {\n subnets = ${of}\n}`,
    beside + subnets,
  )
const group = resource('aws_autoscaling_group')
const spread = { topologySpreadConstraints: [{ topologyKey: 'topology.kubernetes.io/zone' }] }
const deployment = (replicas: unknown, pod: object = spread, namespace?: string) =>
  named(
    'api',
    live('kubernetes', 'deployment', {
      metadata: { name: 'api', ...(namespace === undefined ? {} : { namespace }) },
      spec: {
        ...(replicas === undefined ? {} : { replicas }),
        template: { metadata: { labels: { app: 'api' } }, spec: pod },
      },
    }),
  )
const apart = (topologyKey: string) => ({
  affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey }] } },
})
const budget = (app: string, keeps: object = {}, namespace?: string) =>
  live('kubernetes', 'poddisruptionbudget', {
    ...(namespace === undefined ? {} : { metadata: { namespace } }),
    spec: { ...keeps, selector: { matchLabels: { app } } },
  })
/** A service of ECS with what scales it by reference. */
const scaled = (lines: string, key = '') =>
  `variable "cluster" {}\nresource "aws_ecs_service" "x" {\n name = "x"\n desired_count = 2\n${lines}\n network_configuration {\n subnets = [aws_subnet.a.id, aws_subnet.b.id]\n }\n}\nresource "aws_appautoscaling_target" "t" {\n${lines}\n min_capacity = 2\n resource_id = "service/\${var.cluster}/\${aws_ecs_service.x${key}.name}"\n}\n${subnets}`
const inModule = (text: string) => () =>
  gatherTerraform([
    {
      file: 'main.tf',
      bytes: Buffer.from('module "m" {\n source = "./m"\n cluster = var.c\n}\nvariable "c" {}\n'),
    },
    { file: 'm/main.tf', bytes: Buffer.from(text) },
  ]).resources
const scaler = live('kubernetes', 'horizontalpodautoscaler', {
  spec: { scaleTargetRef: { name: 'api' }, minReplicas: 2 },
})
const cache = resource('aws_elasticache_replication_group')
const images = (selected: string) =>
  resource('aws_ecr_lifecycle_policy')(`policy = jsonencode({ rules = [{ selection = ${selected} }] })`)
const counted = (number: string) =>
  `{ tagStatus = "any", countType = "imageCountMoreThan", countNumber = ${number} }`
const state = (backend: string, beside: string) => tf(`terraform {\n${backend}\n}\n${beside}`)
const s3 = 'backend "s3" {\n bucket = "state"\n}'
const stateBucket = 'resource "aws_s3_bucket" "s" {\n bucket = "state"\n}\n'
const versioned = 'resource "aws_s3_bucket_versioning" "s" {\n bucket = aws_s3_bucket.s.id\n}\n'
const balancer = resource('aws_lb')
const kept = (value: string) => `lifecycle {\n prevent_destroy = ${value}\n}`

export const resilience: Readonly<Record<string, Cases>> = {
  'BDR-11': {
    pass: [
      service('desired_count = 2'),
      service('desired_count = 1'),
      service('', target('"service/${aws_ecs_cluster.c.name}/${aws_ecs_service.x.name}"')),
      group('min_size = 2\n availability_zones = ["us-east-1a", "us-east-1b"]'),
      group('min_size = 2\n vpc_zone_identifier = [aws_subnet.a.id, aws_subnet.b.id]', subnets),
      group(
        'min_size = 2\n vpc_zone_identifier = [aws_subnet.x[0].id, aws_subnet.x[1].id]',
        'data "aws_availability_zones" "all" {}\nresource "aws_subnet" "x" {\n count = 2\n availability_zone = data.aws_availability_zones.all.names[count.index]\n}',
      ),
      together(deployment(2), budget('api')),
      together(deployment(undefined), budget('api'), scaler),
      together(deployment(3, apart('topology.kubernetes.io/zone')), budget('api')),
      together(deployment(2), live('kubernetes', 'poddisruptionbudget', { spec: { selector: {} } })),
      inModule(scaled('')),
      tf(scaled('for_each = toset(["x", "y"])', '[each.key]')),
    ],
    fail: [
      service('desired_count = 2', ''),
      service('desired_count = 2', target(), '[aws_subnet.a.id]'),
      service('desired_count = 1', ''),
      group('min_size = 1\n availability_zones = ["us-east-1a", "us-east-1b"]'),
      group('min_size = 2\n availability_zones = ["us-east-1a"]'),
      together(deployment(1), budget('api')),
      together(deployment(2, {}), budget('api')),
      together(deployment(2, { topologySpreadConstraints: [] }), budget('api')),
      together(deployment(3, apart('kubernetes.io/hostname')), budget('api')),
      together(deployment(2), budget('api', { minAvailable: 0 })),
      together(deployment(2, spread, 'campus'), budget('api', {}, 'other')),
      tf(scaled('', '').replace('aws_ecs_service.x.name', 'aws_ecs_service.y.name')),
      together(deployment(2), budget('web')),
    ],
    unknown: [
      service('desired_count = var.count', target().replace('min_capacity = 2', 'min_capacity = 1')),
      service('desired_count = 2', target('var.id')),
      service('desired_count = 2', target(), '[aws_subnet.a.id, aws_subnet.v.id]'),
      named('api', live('kubernetes', 'deployment', 'a template of Helm')),
    ],
    notApplicable: [service('scheduling_strategy = "DAEMON"'), service('desired_count = 1', `${staging}\n`)],
  },
  'BDR-12': {
    pass: [
      cache('automatic_failover_enabled = true\n multi_az_enabled = true\n snapshot_retention_limit = 7'),
      resource('google_redis_instance')('tier = "STANDARD_HA"'),
    ],
    fail: [
      cache(''),
      cache('automatic_failover_enabled = true\n multi_az_enabled = true'),
      resource('google_redis_instance')('tier = "BASIC"'),
      resource('google_redis_instance')(''),
    ],
    unknown: [
      cache('automatic_failover_enabled = true\n multi_az_enabled = var.on\n snapshot_retention_limit = 7'),
    ],
    notApplicable: [cache('count = 0')],
  },
  'BDR-13': {
    pass: [
      images(counted('30')),
      images('{ tagStatus = "untagged", countType = "sinceImagePushed", countNumber = 7 }'),
      state(s3, stateBucket + versioned),
      state('cloud {\n organization = "campus"\n}', ''),
    ],
    fail: [
      images(counted('3')),
      images('{ tagStatus = "any", countType = "sinceImagePushed", countNumber = 14 }'),
      state(s3, stateBucket),
      state('backend "local" {\n path = "x.tfstate"\n}', ''),
      state(
        s3,
        stateBucket + versioned.slice(0, -2) + ' versioning_configuration {\n status = "Suspended"\n }\n}\n',
      ),
    ],
    unknown: [images(counted('var.count')), state(s3, '')],
    notApplicable: [state('required_version = ">= 1.10"', '')],
  },
  'BDR-14': {
    pass: [
      statement('BDR-14', 'current'),
      together(statement('BDR-14', 'current'), statement('BDR-04', 'expired')),
    ],
    fail: [],
    unknown: [
      statement('BDR-14', 'expired'),
      named('BDR-14', live('attestation', 'statement', 'nobody signed for it')),
    ],
    notApplicable: [],
  },
  'BDR-15': {
    pass: [
      balancer('enable_deletion_protection = true'),
      database(kept('true')),
      bucket(''),
      bucket('', `force_destroy = true\n${kept('true')}`),
      resource('aws_dynamodb_table')('deletion_protection_enabled = true'),
    ],
    fail: [
      balancer(''),
      balancer('enable_deletion_protection = false'),
      database(''),
      database(kept('false')),
      bucket('', 'force_destroy = true'),
    ],
    unknown: [
      balancer('enable_deletion_protection = var.on'),
      database('id = "x"'),
      bucket('', 'force_destroy = var.on'),
    ],
    notApplicable: [balancer('count = 0'), database('replicate_source_db = "x"')],
  },
}
