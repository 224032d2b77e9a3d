/** Cases of the rules of groups, firewalls and access lists. */
import { live, service, tf, type Cases } from '../cases.ts'

const group = (rule: string) => tf(`resource "aws_security_group" "x" {\n${rule}\n}`)
const ingress = (port: string, from: string, protocol = 'tcp') =>
  group(
    `ingress {\n from_port = ${port}\n to_port = ${port}\n protocol = "${protocol}"\n cidr_blocks = [${from}]\n}`,
  )
const everything = group(
  'ingress {\n from_port = 0\n to_port = 0\n protocol = "-1"\n ipv6_cidr_blocks = ["::/0"]\n}',
)
const hiddenProtocol = tf(
  `resource "aws_security_group" "x" {
    ingress {
      from_port = 0
      to_port = 0
      protocol = var.protocol
      cidr_blocks = ["0.0.0.0/0"]
    }
  }`,
)
/** Rules whose source stands in a list of prefixes. */
const listed = (lines: string, beside: string) =>
  tf(`resource "aws_vpc_security_group_ingress_rule" "x" {
    ip_protocol = "tcp"
    ${lines}
  }
  ${beside}`)
const prefixes = (entry: string) => `resource "aws_ec2_managed_prefix_list" "x" {
  max_entries = 2
  ${entry}
}`
const firewall = (lines: string, allow: string) =>
  tf(`resource "google_compute_firewall" "x" {
    ${lines}
    allow {
      ${allow}
    }
  }`)
const never = tf('resource "aws_security_group" "x" {\n count = 0\n}')
const world = '"0.0.0.0/0"'

const adminPort = (port: number): Cases => ({
  pass: [
    ingress(String(port), '"10.0.0.0/8"'),
    group(`ingress {
      from_port = 443
      to_port = 443
      protocol = var.protocol
      cidr_blocks = [${world}]
    }`),
    listed(
      `from_port = ${port}\n to_port = ${port}\n prefix_list_id = aws_ec2_managed_prefix_list.x.id`,
      prefixes('entry {\n cidr = "10.0.0.0/8"\n }'),
    ),
    listed(
      `from_port = ${port}\n to_port = ${port}\n prefix_list_id = data.aws_ec2_managed_prefix_list.x.id`,
      'data "aws_ec2_managed_prefix_list" "x" {\n name = "com.amazonaws.global.cloudfront.origin-facing"\n}',
    ),
    firewall(`source_ranges = [${world}]\n direction = "EGRESS"`, `protocol = "tcp"\n ports = ["${port}"]`),
    firewall('source_ranges = null\n source_tags = ["web"]', `protocol = "tcp"\n ports = ["${port}"]`),
    ingress('443', world),
    tf(`resource "google_compute_firewall" "x" {
      source_ranges = [${world}]
      allow {
        protocol = "icmp"
      }
    }`),
    tf(`resource "aws_security_group_rule" "x" {
      type = "ingress"
      from_port = 0
      to_port = 65535
      protocol = "icmp"
      cidr_blocks = [${world}]
    }`),
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
    tf(`resource "aws_security_group_rule" "x" {
      type = "ingress"
      from_port = 0
      to_port = 0
      protocol = -1
      cidr_blocks = [${world}]
    }`),
    tf(`resource "google_compute_firewall" "x" {
      source_ranges = [${world}]
      allow {
        protocol = "tcp"
        ports = ["20-${port + 5}"]
      }
    }`),
    tf(`resource "aws_network_acl_rule" "x" {
      network_acl_id = "acl-1"
      rule_number = 100
      rule_action = "allow"
      protocol = "tcp"
      from_port = ${port}
      to_port = ${port}
      cidr_block = ${world}
    }`),
    group(`ingress {
      from_port = ${port}
      to_port = ${port}
      protocol = var.protocol
      cidr_blocks = [${world}]
    }`),
    listed(
      `from_port = ${port}\n to_port = ${port}\n prefix_list_id = aws_ec2_managed_prefix_list.x.id`,
      prefixes(`entry {\n cidr = ${world}\n }`),
    ),
    listed(
      `from_port = ${port}\n to_port = ${port}\n prefix_list_id = aws_ec2_managed_prefix_list.x.id`,
      `${prefixes('')}
      resource "aws_ec2_managed_prefix_list_entry" "x" {
        prefix_list_id = aws_ec2_managed_prefix_list.x.id
        cidr = "::/0"
      }`,
    ),
    firewall('source_ranges = null\n source_tags = []', `protocol = "tcp"\n ports = ["${port}"]`),
  ],
  unknown: [
    hiddenProtocol,
    listed(`from_port = ${port}\n to_port = ${port}\n prefix_list_id = "pl-12345678"`, ''),
    listed(
      `from_port = ${port}\n to_port = ${port}\n prefix_list_id = aws_ec2_managed_prefix_list.x.id`,
      prefixes('entry {\n cidr = var.office\n }'),
    ),
    tf(`resource "aws_security_group_rule" "x" {
      type = var.type
      from_port = ${port}
      to_port = ${port}
      protocol = "tcp"
      cidr_blocks = [${world}]
    }`),
    firewall(`source_ranges = [${world}]\n direction = var.d`, `protocol = "tcp"\n ports = ["${port}"]`),
    firewall(`source_ranges = [${world}]\n disabled = var.d`, `protocol = "tcp"\n ports = ["${port}"]`),
    firewall(`source_ranges = [${world}]`, 'protocol = var.p'),
    firewall('source_tags = var.tags', `protocol = "tcp"\n ports = ["${port}"]`),
    ingress(String(port), 'var.office'),
    ingress('var.port', world),
    group('dynamic "ingress" {\n for_each = var.rules\n content {}\n}'),
  ],
  notApplicable: [
    never,
    firewall('', `protocol = "tcp"\n ports = ["${port}"]`),
    firewall('source_ranges = null', `protocol = "tcp"\n ports = ["${port}"]`),
  ],
})

const image = (name: string, lines = '') => service(`image: ${name}\n${lines}`)
const aclRule = (lines: string, name = 'x') =>
  `resource "aws_network_acl_rule" "${name}" {\n network_acl_id = aws_network_acl.x.id\n protocol = "tcp"\n cidr_block = ${world}\n${lines}\n}\n`
/** A list that allows something, and before it denies something else. */
const list = (allow: string, deny: string, number = '50') =>
  tf(`resource "aws_network_acl" "x" {
    ingress {
      rule_no = ${number}
      action = "deny"
      ${deny}
    }
    ingress {
      rule_no = 100
      action = "allow"
      ${allow}
    }
  }`)
const ports = (port: number) => `from_port = ${port}\n to_port = ${port}`

export const netRules: Readonly<Record<string, Cases>> = {
  'NET-01': adminPort(22),
  'NET-02': adminPort(3389),
  'NET-03': {
    pass: [
      ingress('5432', '"10.0.0.0/16"'),
      image('postgres:16.4', "ports: ['127.0.0.1:5432:5432']"),
      image('redis:7.4'),
      image('postgres:16.4', 'network_mode: none'),
      image('redis:7.4', 'network_mode: host\ncommand: redis-server --bind 127.0.0.1'),
      live('kubernetes', 'service', { spec: { type: 'LoadBalancer', ports: [{ port: 443 }] } }),
    ],
    fail: [
      live('kubernetes', 'service', { spec: { type: 'NodePort', ports: [{ port: 5432 }] } }),
      live('kubernetes', 'service', {
        spec: { type: 'LoadBalancer', ports: [{ port: 80, targetPort: 6379 }] },
      }),
      service('image: app:1.0.0\nports: ["5432-5433:5432-5433"]'),
      ingress('5432', world),
      ingress('6379', world),
      image('postgres:16.4', "ports: ['5432:5432']"),
      image('redis:7.4', "ports: ['0.0.0.0:6379:6379']"),
      image('campus/db:1.0', "ports: ['5432:5432']"),
      image('postgres:16.4', 'network_mode: host'),
    ],
    unknown: [
      service('image: app:1.0.0\nports: ["a-b:c-d"]'),
      ingress('5432', 'var.office'),
      image('postgres:16.4', "ports: ['${BIND}:5432:5432']"),
      image('postgres:16.4', 'network_mode: ${MODE}'),
      live('kubernetes', 'service', 'cannot be read'),
    ],
    notApplicable: [never, live('kubernetes', 'service', { spec: { ports: [{ port: 5432 }] } })],
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
      hiddenProtocol,
      firewall(`source_ranges = [${world}]`, 'protocol = var.p'),
      tf('resource "aws_security_group" "x" {\n ingress = var.rules\n}'),
    ],
    notApplicable: [never],
  },
  'NET-15': {
    pass: [
      tf(aclRule(`rule_number = 100\n rule_action = "allow"\n ${ports(443)}`)),
      tf(
        aclRule(`rule_number = 100\n rule_action = "allow"\n from_port = 0\n to_port = 65535`) +
          aclRule(`rule_number = 50\n rule_action = "deny"\n ${ports(22)}`, 'ssh') +
          aclRule(`rule_number = 51\n rule_action = "deny"\n ${ports(3389)}`, 'rdp'),
      ),
      list(
        `protocol = "-1"\n cidr_block = ${world}\n from_port = 0\n to_port = 0`,
        `protocol = "tcp"\n cidr_block = ${world}\n from_port = 22\n to_port = 3389`,
      ),
      tf(
        'resource "aws_network_acl" "x" {\n ingress {\n rule_no = 1\n action = "allow"\n protocol = "-1"\n cidr_block = "10.0.0.0/8"\n from_port = 0\n to_port = 0\n }\n}',
      ),
    ],
    fail: [
      tf(aclRule(`rule_number = 100\n rule_action = "allow"\n ${ports(22)}`)),
      tf(
        'resource "aws_network_acl" "x" {\n ingress {\n rule_no = 1\n action = "allow"\n protocol = "-1"\n cidr_block = "0.0.0.0/0"\n from_port = 0\n to_port = 0\n }\n}',
      ),
      tf(
        aclRule(`rule_number = 100\n rule_action = "allow"\n ${ports(3389)}`) +
          aclRule(`rule_number = 200\n rule_action = "deny"\n ${ports(3389)}`, 'late'),
      ),
      list(
        `protocol = "tcp"\n ipv6_cidr_block = "::/0"\n ${ports(22)}`,
        `protocol = "tcp"\n cidr_block = ${world}\n ${ports(22)}`,
      ),
      list(
        `protocol = "tcp"\n cidr_block = ${world}\n ${ports(22)}`,
        `protocol = "udp"\n cidr_block = ${world}\n ${ports(22)}`,
      ),
      list(
        `protocol = "tcp"\n cidr_block = ${world}\n ${ports(22)}`,
        `protocol = "tcp"\n cidr_block = "0.0.0.0/1"\n ${ports(22)}`,
      ),
    ],
    unknown: [
      tf(aclRule('rule_number = 100\n rule_action = "allow"\n from_port = var.p\n to_port = var.p')),
      list(
        `protocol = "tcp"\n cidr_block = ${world}\n ${ports(22)}`,
        `protocol = "tcp"\n cidr_block = ${world}\n ${ports(22)}`,
        'var.n',
      ),
      tf(aclRule(`egress = var.out\n rule_number = 100\n rule_action = "allow"\n ${ports(22)}`)),
      tf('resource "aws_network_acl" "x" {\n dynamic "ingress" {\n for_each = var.r\n content {}\n }\n}'),
    ],
    notApplicable: [tf(aclRule(`egress = true\n rule_number = 100\n rule_action = "allow"\n ${ports(22)}`))],
  },
}
