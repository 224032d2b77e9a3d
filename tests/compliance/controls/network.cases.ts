import { compose, live, service, tf, together, type Cases } from './cases.ts'

const group = (rule: string) => tf(`resource "aws_security_group" "x" {\n${rule}\n}`)
const ingress = (port: string, from: string, protocol = 'tcp') =>
  group(
    `ingress {\n from_port = ${port}\n to_port = ${port}\n protocol = "${protocol}"\n cidr_blocks = [${from}]\n}`,
  )
const everything = group(
  'ingress {\n from_port = 0\n to_port = 0\n protocol = "-1"\n ipv6_cidr_blocks = ["::/0"]\n}',
)
const never = tf('resource "aws_security_group" "x" {\n count = 0\n}')
const world = '"0.0.0.0/0"'

const adminPort = (port: number): Cases => ({
  pass: [
    ingress(String(port), '"10.0.0.0/8"'),
    ingress('443', world),
    tf(`resource "aws_security_group_rule" "x" {
      type = "egress"
      from_port = ${port}
      to_port = ${port}
      protocol = "tcp"
      cidr_blocks = [${world}]
    }`),
  ],
  fail: [
    ingress(String(port), world),
    ingress(String(port), '"10.0.0.0/8", "128.0.0.0/1"'),
    everything,
    tf(`resource "aws_vpc_security_group_ingress_rule" "x" {
      ip_protocol = "tcp"
      from_port = 0
      to_port = 60000
      cidr_ipv6 = "::/0"
    }`),
    tf(`resource "google_compute_firewall" "x" {
      source_ranges = [${world}]
      allow {
        protocol = "tcp"
        ports = ["20-${port + 5}"]
      }
    }`),
  ],
  unknown: [
    ingress(String(port), 'var.office'),
    ingress('var.port', world),
    group('dynamic "ingress" {\n for_each = var.rules\n content {}\n}'),
  ],
  notApplicable: [never],
})

const image = (name: string, lines = '') => service(`image: ${name}\n${lines}`)
const balancer = (lines: string, beside = '') => tf(`resource "aws_lb" "x" {\n${lines}\n}\n${beside}`)
const listener = (lines: string) => tf(`resource "aws_lb_listener" "x" {\n${lines}\n}`)
const parameters = (family: string, value: string) =>
  tf(`resource "aws_db_parameter_group" "x" {
    family = "${family}"
    ${value === '' ? '' : `parameter {\n name = "rds.force_ssl"\n value = ${value}\n }`}
  }`)
const url = (value: string) => service(`image: app:1.0.0\nenvironment:\n  DATABASE_URL: ${value}`)
const server = (setting: object) => live('postgres', 'server', { setting })
const rule = (attributes: object) => live('postgres', 'hba_rule', { ...attributes })

const rds = (lines: string) => tf(`resource "aws_db_instance" "x" {\n engine = "postgres"\n${lines}\n}`)

export const network: Readonly<Record<string, Cases>> = {
  'NET-01': adminPort(22),
  'NET-02': adminPort(3389),
  'NET-03': {
    pass: [
      ingress('5432', '"10.0.0.0/16"'),
      image('postgres:16.4', "ports: ['127.0.0.1:5432:5432']"),
      image('redis:7.4'),
    ],
    fail: [
      service('image: app:1.0.0\nports: ["5432-5433:5432-5433"]'),
      ingress('5432', world),
      ingress('6379', world),
      image('postgres:16.4', "ports: ['5432:5432']"),
      image('redis:7.4', "ports: ['0.0.0.0:6379:6379']"),
      image('campus/db:1.0', "ports: ['5432:5432']"),
    ],
    unknown: [
      service('image: app:1.0.0\nports: ["a-b:c-d"]'),
      ingress('5432', 'var.office'),
      image('postgres:16.4', "ports: ['${BIND}:5432:5432']"),
    ],
    notApplicable: [never],
  },
  'NET-04': {
    pass: [ingress('443', world), ingress('0', '"10.0.0.0/8"', '-1')],
    fail: [
      everything,
      ingress('0', world, '-1'),
      group(`ingress {\n from_port = 0\n to_port = 65535\n protocol = "tcp"\n cidr_blocks = [${world}]\n}`),
    ],
    unknown: [
      ingress('0', 'var.office', '-1'),
      tf('resource "aws_security_group" "x" {\n ingress = var.rules\n}'),
    ],
    notApplicable: [never],
  },
  'NET-08': {
    pass: [
      tf('resource "aws_subnet" "x" {}'),
      tf('resource "aws_instance" "x" {\n associate_public_ip_address = false\n}'),
    ],
    fail: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = true\n}'),
      tf('resource "aws_ecs_service" "x" {\n network_configuration {\n assign_public_ip = true\n }\n}'),
    ],
    unknown: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = var.public\n}'),
      tf('resource "aws_instance" "x" {}'),
    ],
    notApplicable: [tf('resource "aws_ecs_service" "x" {}')],
  },
  'NET-12': {
    pass: [
      balancer(
        '',
        'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = aws_lb.x.arn\n web_acl_arn = "a"\n}',
      ),
      tf('resource "aws_cloudfront_distribution" "x" {\n web_acl_id = aws_wafv2_web_acl.x.arn\n}'),
    ],
    fail: [
      balancer(''),
      balancer(
        'internal = false',
        'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = aws_lb.other.arn\n}',
      ),
      tf('resource "aws_cloudfront_distribution" "x" {}'),
    ],
    unknown: [
      tf('resource "aws_cloudfront_distribution" "x" {\n web_acl_id = var.acl\n}'),
      balancer('', 'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = var.arn\n}'),
      balancer('internal = var.internal'),
    ],
    notApplicable: [balancer('internal = true'), balancer('load_balancer_type = "network"')],
  },
  'NET-17': {
    pass: [
      service('image: app:1.0.0\nnetworks: [front]', 'networks: { front: {} }'),
      service('image: postgres:16.4\nnetworks: [back]', 'networks: { back: { internal: true } }'),
      compose(`services:
  base: { image: 'app:1', networks: [back] }
  db: { image: 'postgres:16.4', network_mode: 'service:base' }
networks: { back: { internal: true } }`),
    ],
    fail: [
      service('image: app:1.0.0\nnetworks: {}'),
      service('image: app:1.0.0'),
      service('image: postgres:16.4\nnetworks: [front]', 'networks: { front: {} }'),
      service('image: app:1.0.0\nnetwork_mode: bridge'),
    ],
    unknown: [
      service('image: app:1.0.0\nnetwork_mode: ${MODE}'),
      service('image: postgres:16.4\nnetworks: [back]'),
      service('image: postgres:16.4\nnetworks: [back]', 'networks: { back: { internal: "${I}" } }'),
      compose(`services:
  one: { image: 'app:1', network_mode: 'service:two' }
  two: { image: 'app:1', network_mode: 'service:one' }`),
      service('image: postgres:16.4\nnetworks: [back]', 'networks: { back: { external: true } }'),
      service('image: postgres:16.4\nnetwork_mode: service:elsewhere'),
    ],
    // Every service has a network or says that it has none.
    notApplicable: [],
  },
  'NET-18': {
    pass: [
      image('grafana/grafana:12.0.2', "ports: ['127.0.0.1:3001:3000']"),
      image('prom/prometheus:v3.0.0', "ports: ['127.0.0.1:9090:9090']"),
    ],
    fail: [
      image('grafana/grafana:12.0.2', "ports: ['3001:3000']"),
      image('prom/alertmanager:v0.28.0', "ports: ['0.0.0.0:9093:9093']"),
    ],
    unknown: [image('grafana/grafana:12.0.2', "ports: ['${BIND}:3001:3000']")],
    notApplicable: [image('grafana/grafana:12.0.2')],
  },
  'TLS-01': {
    pass: [
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"'),
      listener('protocol = "TLS"\n ssl_policy = "ELBSecurityPolicy-FS-1-2-Res-2020-10"'),
    ],
    fail: [
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
      listener('protocol = "HTTPS"'),
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-0-2021-06"'),
    ],
    unknown: [
      listener('protocol = "HTTPS"\n ssl_policy = var.policy'),
      listener('protocol = var.protocol\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
    ],
    notApplicable: [listener('protocol = "HTTP"')],
  },
  'TLS-04': {
    pass: [
      listener('protocol = "HTTPS"'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTPS"\n status_code = "HTTP_301"\n }\n }',
      ),
    ],
    fail: [
      listener('protocol = "HTTP"\n default_action {\n type = "forward"\n }'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTP"\n status_code = "HTTP_301"\n }\n }',
      ),
    ],
    unknown: [
      tf('resource "aws_lb_listener" "x" {\n port = 80\n protocol = "TCP"\n}'),
      listener('port = 443'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = var.p\n }\n }',
      ),
      listener('protocol = var.protocol'),
      listener('protocol = "HTTP"\n default_action {\n type = var.type\n }'),
    ],
    notApplicable: [listener('protocol = "TCP"')],
  },
  'TLS-11': {
    pass: [
      rds('engine_version = "16.4"'),
      parameters('postgres14', '"1"'),
      parameters('postgres16', ''),
      url('postgres://app@db/campus?sslmode=verify-full'),
      url('postgres://app@localhost:5432/campus'),
      server({ listen_addresses: '', ssl: 'off' }),
      together(
        server({ listen_addresses: '*', ssl: 'on' }),
        rule({ type: 'hostssl', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
    ],
    fail: [
      rds('engine_version = "14.9"'),
      rds('parameter_group_name = "default.postgres13"'),
      parameters('postgres16', '"0"'),
      parameters('postgres14', ''),
      url('postgres://app@db/campus?sslmode=disable'),
      url('postgres://app@db/campus'),
      server({ listen_addresses: '*', ssl: 'off' }),
      together(
        server({ listen_addresses: '*', ssl: 'on' }),
        rule({ type: 'host', address: '10.0.0.0', auth_method: 'scram-sha-256' }),
      ),
    ],
    unknown: [
      rds(''),
      rds('engine_version = var.version'),
      rds('parameter_group_name = "elsewhere"'),
      tf('resource "aws_db_parameter_group" "x" {\n family = var.family\n}'),
      tf(
        'resource "aws_db_parameter_group" "x" {\n family = "postgres14"\n dynamic "parameter" {\n for_each = var.p\n content {}\n }\n}',
      ),
      server({ listen_addresses: '*' }),
      parameters('postgres16', 'var.force'),
      url('${DATABASE_URL}'),
      live('postgres', 'server', 'does not answer'),
      together(
        server({ listen_addresses: '*', ssl: 'on' }),
        live('postgres', 'hba_rule', 'permission denied'),
      ),
    ],
    notApplicable: [parameters('mysql8.0', '')],
  },
}
