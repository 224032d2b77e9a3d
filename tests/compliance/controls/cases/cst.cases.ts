/** Cases of the group CST. */
import { tf, type Cases } from '../cases.ts'

const notification = (percent: string, who = 'subscriber_email_addresses = ["platform@campus.example"]') =>
  `notification {\n threshold = ${percent}\n threshold_type = "PERCENTAGE"\n ${who}\n}\n`
const budget = (lines: string) => tf(`resource "aws_budgets_budget" "x" {\n${lines}\n}`)
const google = (...percents: readonly string[]) =>
  tf(
    `resource "google_billing_budget" "x" {\n${percents.map((each) => `threshold_rules {\n threshold_percent = ${each}\n}`).join('\n')}\n}`,
  )
const googleTo = (who: string, beside = '', isOff = 'true') =>
  tf(
    `resource "google_billing_budget" "x" {\n threshold_rules {\n threshold_percent = 0.8\n }\n threshold_rules {\n threshold_percent = 1\n }\n all_updates_rule {\n disable_default_iam_recipients = ${isOff}\n ${who}\n }\n}\n${beside}`,
  )
const vpc = 'resource "aws_vpc" "x" {}\n'
const monitor = (beside: string, lines = '') =>
  tf(`resource "aws_ce_anomaly_monitor" "x" {\n name = "x"\n${lines}\n}\n${beside}`)
const subscription = (
  list: string,
  who = 'subscriber {\n type = "EMAIL"\n address = "a@campus.example"\n}',
) => `resource "aws_ce_anomaly_subscription" "x" {\n monitor_arn_list = ${list}\n ${who}\n}`
const bucket = (tags: string, beside = '') => tf(`resource "aws_s3_bucket" "x" {\n ${tags}\n}\n${beside}`)
const allTags = '{ Project = "a", Environment = "b", Owner = "c", "cost-center" = "d" }'
const provider = (tags: string) => `provider "aws" {\n default_tags {\n tags = ${tags}\n }\n}`
const target = (lines: string, beside = '') =>
  tf(
    `resource "aws_appautoscaling_target" "x" {\n service_namespace = "ecs"\n resource_id = "service/x"\n${lines}\n}\n${beside}`,
  )
const balancer = 'resource "aws_lb" "x" {}\n'
const acl = (statement: string) =>
  `resource "aws_wafv2_web_acl" "x" {\n rule {\n statement {\n ${statement}\n }\n }\n}`
const staging = provider('{ Environment = "staging" }')
const group = (beside: string) =>
  tf(`resource "aws_autoscaling_group" "x" {\n name = "x"\n max_size = 2\n}\n${beside}\n${staging}`)
const schedule = (of: string) =>
  `resource "aws_autoscaling_schedule" "x" {\n autoscaling_group_name = ${of}\n}`
const gateways = (count: string, environment = 'development') =>
  tf(
    `resource "aws_nat_gateway" "x" {\n count = ${count}\n}\n${provider(`{ Environment = "${environment}" }`)}`,
  )
const stored = (beside: string, lines = '') =>
  tf(`resource "aws_s3_bucket" "x" {\n bucket = "x"\n${lines}\n}\n${beside}`)
const lifecycle = (rule: string, of = 'aws_s3_bucket.x.id') =>
  `resource "aws_s3_bucket_lifecycle_configuration" "x" {\n bucket = ${of}\n rule {\n ${rule}\n }\n}`
const transition = 'transition {\n days = 90\n storage_class = "GLACIER"\n}'
const storage = (lines: string) => tf(`resource "google_storage_bucket" "x" {\n${lines}\n}`)

export const cst: Readonly<Record<string, Cases>> = {
  'CST-01': {
    pass: [
      budget(notification('80') + notification('100')),
      budget(notification('50') + notification('100', 'subscriber_sns_topic_arns = [aws_sns_topic.x.arn]')),
      google('0.8', '1.0'),
      // Amounts of the limit.
      budget(
        `limit_amount = "500"\n${(notification('400') + notification('500')).replaceAll('PERCENTAGE', 'ABSOLUTE_VALUE')}`,
      ),
      googleTo('pubsub_topic = google_pubsub_topic.x.id'),
      googleTo('pubsub_topic = "projects/campus/topics/budget"'),
      googleTo('monitoring_notification_channels = [google_monitoring_notification_channel.x.id]'),
      googleTo('monitoring_notification_channels = [var.channel, "projects/campus/notificationChannels/1"]'),
      googleTo('pubsub_topic = var.topic', '', 'false'),
    ],
    fail: [
      budget(`budget_type = "RI_UTILIZATION"\n${notification('80')}${notification('100')}`),
      budget(
        notification(
          '80',
          'comparison_operator = "LESS_THAN"\n subscriber_email_addresses = ["a@campus.example"]',
        ) + notification('100'),
      ),
      googleTo(''),
      googleTo('pubsub_topic = ""'),
      googleTo('monitoring_notification_channels = []'),
      googleTo('pubsub_topic = null'),
      budget(notification('100')),
      budget(notification('80') + notification('100', 'subscriber_email_addresses = []')),
      budget(''),
      google('0.5'),
      tf(vpc),
    ],
    unknown: [
      budget(notification('var.percent') + notification('100')),
      google('var.percent'),
      budget(notification('80') + notification('100', 'subscriber_email_addresses = var.mails')),
      // Nobody knows whether a variable names somebody.
      googleTo('pubsub_topic = var.topic'),
      googleTo('pubsub_topic = var.topic', 'variable "topic" {}'),
      googleTo('monitoring_notification_channels = var.channels', 'variable "channels" {}'),
      googleTo('monitoring_notification_channels = [var.channel]'),
      googleTo('', '', 'var.off'),
      tf(`${vpc}module "m" {\n source = "./m"\n}`),
    ],
    notApplicable: [budget('count = 0')],
  },
  'CST-02': {
    pass: [
      monitor(subscription('[aws_ce_anomaly_monitor.x.arn]')),
      monitor(subscription('["y", aws_ce_anomaly_monitor.x.arn]')),
    ],
    fail: [
      monitor(''),
      monitor(subscription('["y"]')),
      monitor(subscription('[aws_ce_anomaly_monitor.x.arn]', '')),
      tf(vpc),
    ],
    unknown: [monitor(subscription('var.monitors')), monitor(subscription('[var.monitor]'))],
    notApplicable: [monitor('', 'count = 0')],
  },
  'CST-03': {
    pass: [bucket(`tags = ${allTags}`), bucket('tags = { Owner = "x" }', provider(allTags))],
    fail: [bucket(''), bucket('tags = { Name = "x" }'), bucket('', provider('{ Project = "x" }'))],
    unknown: [bucket('tags = var.tags'), bucket('', provider('var.tags'))],
    notApplicable: [bucket('count = 0')],
  },
  'CST-04': {
    pass: [
      target('max_capacity = 6'),
      target('max_capacity = 6', balancer + acl('rate_based_statement {\n limit = 100\n}')),
      tf('resource "google_compute_autoscaler" "x" {\n autoscaling_policy {\n max_replicas = 5\n }\n}'),
    ],
    fail: [
      target('max_capacity = 500'),
      target('max_capacity = 10', staging.replace('staging', 'development')),
      target('max_capacity = 6', balancer),
      target('max_capacity = 6', balancer + acl('geo_match_statement {\n country_codes = ["US"]\n}')),
    ],
    unknown: [target('max_capacity = var.most')],
    notApplicable: [
      tf(
        'resource "aws_appautoscaling_target" "x" {\n service_namespace = "dynamodb"\n max_capacity = 500\n}',
      ),
    ],
  },
  'CST-05': {
    pass: [group(schedule('aws_autoscaling_group.x.name')), gateways('1')],
    fail: [group(''), group(schedule('"other"')), gateways('2')],
    unknown: [group(schedule('var.group')), gateways('var.zones')],
    notApplicable: [
      gateways('3', 'production'),
      tf('resource "aws_autoscaling_group" "x" {\n max_size = 2\n}'),
    ],
  },
  'CST-06': {
    pass: [
      stored(lifecycle(`status = "Enabled"\n ${transition}`)),
      stored(
        'resource "aws_s3_bucket_intelligent_tiering_configuration" "x" {\n bucket = aws_s3_bucket.x.id\n name = "x"\n}',
      ),
      stored('', `lifecycle_rule {\n enabled = true\n ${transition}\n}`),
      storage('autoclass {\n enabled = true\n}'),
      storage('lifecycle_rule {\n action {\n type = "SetStorageClass"\n storage_class = "COLDLINE"\n }\n}'),
    ],
    fail: [
      stored(''),
      stored(lifecycle('status = "Enabled"\n expiration {\n days = 30\n }')),
      stored(lifecycle(`status = "Disabled"\n ${transition}`)),
      storage('lifecycle_rule {\n action {\n type = "Delete"\n }\n}'),
    ],
    unknown: [
      stored(lifecycle(`status = "Enabled"\n ${transition}`, 'var.bucket')),
      storage('autoclass {\n enabled = var.on\n}'),
    ],
    notApplicable: [stored('', 'count = 0')],
  },
}
