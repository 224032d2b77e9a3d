/** Terraform that looks like what people keep: services in files of their own, locals, for_each, a module called by each. */
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import { fileSources } from '../../../compliance/evidence.ts'
import { parseHcl } from '../../../compliance/gather/hcl/parse.ts'
import type { FileBytes } from '../../../compliance/gather/module/source.ts'
import { gatherStacks } from '../../../compliance/gather/terraform.ts'
import { assess } from '../../../compliance/score/assess.ts'

const measured = joinControls(readChecklist(), controls)

/** Resources that one service makes: 11 in its file and 5 by the module. */
const resourcesPerService = 16

/** Writes a stack of about that many resources. */
export function generateStack(resources: number): FileBytes[] {
  const services = Math.max(1, Math.round(resources / resourcesPerService))
  const texts: [string, string][] = [
    ['stack/variables.tf', variables],
    ['stack/terraform.tfvars', 'environment = "production"\nregion = "eu-central-1"\n'],
    ['stack/modules/store/main.tf', storeModule],
  ]
  for (let at = 0; at < services; at += 1) texts.push([`stack/service-${at}.tf`, service(at)])
  return texts.map(([file, text]) => ({ file, bytes: Buffer.from(text) }))
}

const variables = `variable "environment" {
  type        = string
  description = "production, staging or development"
}

variable "region" {
  type = string
}

variable "image_tag" {
  type    = string
  default = "1.4.2"
}

locals {
  is_production = var.environment == "production"
  prefix        = "campus-\${var.environment}"
  tags = {
    Environment = var.environment
    ManagedBy   = "terraform"
  }
}
`

const storeModule = `variable "name" {
  type = string
}

variable "buckets" {
  type = map(object({ days = number, versioned = optional(bool, true) }))
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "aws_kms_key" "this" {
  description         = "\${var.name} data"
  enable_key_rotation = true
  tags                = var.tags
}

resource "aws_s3_bucket" "this" {
  for_each = var.buckets
  bucket   = "\${var.name}-\${each.key}"
  tags     = merge(var.tags, { Name = each.key })
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = { for name, bucket in var.buckets : name => bucket if bucket.versioned }
  bucket   = aws_s3_bucket.this[each.key].id
  versioning_configuration {
    status = "Enabled"
  }
}

output "bucket_arns" {
  value = { for name, bucket in aws_s3_bucket.this : name => bucket.arn }
}
`

function service(at: number): string {
  const name = `service${at}`
  return `locals {
  ${name}_ports = { http = ${8000 + (at % 999)}, metrics = 9100 }
  ${name}_name  = "\${local.prefix}-${name}"
  ${name}_tags  = merge(local.tags, { Service = "${name}" })
}

module "${name}_store" {
  source  = "./modules/store"
  name    = local.${name}_name
  tags    = local.${name}_tags
  buckets = {
    uploads = { days = local.is_production ? 365 : 30 }
    exports = { days = 7, versioned = true }
  }
}

resource "aws_security_group" "${name}" {
  name        = "\${local.${name}_name}-app"
  description = "what may reach ${name}"
  vpc_id      = aws_vpc.main.id
  tags        = local.${name}_tags

  dynamic "ingress" {
    for_each = local.${name}_ports
    content {
      description = ingress.key
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = [cidrsubnet("10.${at % 250}.0.0/16", 8, 1)]
    }
  }
}

resource "aws_vpc_security_group_egress_rule" "${name}" {
  for_each          = toset(["443", "5432"])
  security_group_id = aws_security_group.${name}.id
  ip_protocol       = "tcp"
  from_port         = tonumber(each.value)
  to_port           = tonumber(each.value)
  cidr_ipv4         = "10.0.0.0/8"
}

resource "aws_cloudwatch_log_group" "${name}" {
  name              = "/ecs/\${local.${name}_name}"
  retention_in_days = local.is_production ? 365 : 30
  kms_key_id        = aws_kms_key.logs.arn
}

resource "aws_cloudwatch_metric_alarm" "${name}" {
  count               = local.is_production ? 2 : 0
  alarm_name          = format("%s-%02d", local.${name}_name, count.index)
  comparison_operator = "GreaterThanThreshold"
  metric_name         = ["CPUUtilization", "MemoryUtilization"][count.index]
  threshold           = 80 + count.index * 5
  evaluation_periods  = 3
}

data "aws_iam_policy_document" "${name}" {
  statement {
    sid       = "ReadUploads"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = values(module.${name}_store.bucket_arns)
  }
}

resource "aws_iam_role" "${name}" {
  name = "\${local.${name}_name}-task"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ecs-tasks.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "${name}" {
  role   = aws_iam_role.${name}.id
  policy = data.aws_iam_policy_document.${name}.json
}

resource "aws_ecs_task_definition" "${name}" {
  family                   = local.${name}_name
  network_mode             = "awsvpc"
  requires_compatibilities = ["FARGATE"]
  task_role_arn            = aws_iam_role.${name}.arn
  container_definitions = jsonencode([{
    name                   = "${name}"
    image                  = "registry.example/${name}:\${var.image_tag}"
    readonlyRootFilesystem = true
    user                   = "10001"
    portMappings           = [for port in values(local.${name}_ports) : { containerPort = port }]
    environment            = [for key, value in local.${name}_tags : { name = upper(key), value = value }]
  }])
}

resource "aws_lb_target_group" "${name}" {
  name     = substr(replace(local.${name}_name, "_", "-"), 0, 32)
  port     = local.${name}_ports["http"]
  protocol = "HTTP"
  vpc_id   = aws_vpc.main.id

  health_check {
    path     = "/health"
    interval = 30
  }
}
`
}

/** Parses all files and throws the trees away. */
export function parseAll(files: readonly FileBytes[]): void {
  for (const { bytes } of files) parseHcl(bytes)
}

/** Parses and evaluates a stack; answers how many resources it has. */
export function countResources(files: readonly FileBytes[]): number {
  const { resources, faults } = gatherStacks({ files })
  if (faults.length > 0) throw new Error(`the stack has faults: ${faults[0]?.message}`)
  return resources.filter(({ scope, type }) => scope !== undefined && type.includes('_')).length
}

/** Every control over the evidence of a stack; answers the lower bound of the score. */
export function judgeStack(files: readonly FileBytes[]): {
  readonly resources: number
  readonly low: number
} {
  const { resources, faults } = gatherStacks({ files })
  const { score } = assess({
    evidence: { resources, faults, sources: [] },
    measured,
    waivers: [],
    scope: new Set(fileSources),
    startedMillis: 0,
    endedMillis: 0,
  })
  return { resources: resources.length, low: score.low }
}
