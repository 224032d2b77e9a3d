import { compose, live, named, service, tf, type Cases } from './cases.ts'

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
const proxy = (lines: string) =>
  tf(`resource "google_compute_url_map" "x" {
    name = "x"
    ${lines}
  }
  resource "google_compute_target_http_proxy" "x" {
    url_map = google_compute_url_map.x.id
  }`)
const console = (status: number, location = '') =>
  named(
    'prometheus',
    live('http', 'door', { url: 'http://metrics.campus.example', page: { status, header: { location } } }),
  )
const web = (status: number, location: string) =>
  live('http', 'door', { url: 'http://campus.example', page: { status, header: { location } } })
export const network: Readonly<Record<string, Cases>> = {
  'NET-01': adminPort(22),
  'NET-02': adminPort(3389),
  'NET-03': {
    pass: [
      ingress('5432', '"10.0.0.0/16"'),
      image('postgres:16.4', "ports: ['127.0.0.1:5432:5432']"),
      image('redis:7.4'),
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
    ],
    unknown: [
      service('image: app:1.0.0\nports: ["a-b:c-d"]'),
      ingress('5432', 'var.office'),
      image('postgres:16.4', "ports: ['${BIND}:5432:5432']"),
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
      tf('resource "aws_security_group" "x" {\n ingress = var.rules\n}'),
    ],
    notApplicable: [never],
  },
  'NET-08': {
    pass: [
      tf('resource "aws_subnet" "x" {}'),
      tf('resource "aws_instance" "x" {\n associate_public_ip_address = false\n}'),
      tf('resource "aws_subnet" "x" {}\nresource "aws_instance" "x" {\n subnet_id = aws_subnet.x.id\n}'),
    ],
    fail: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = true\n}'),
      tf('resource "aws_ecs_service" "x" {\n network_configuration {\n assign_public_ip = true\n }\n}'),
    ],
    unknown: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = var.public\n}'),
      tf('resource "aws_instance" "x" {}'),
      tf(
        'resource "aws_subnet" "x" {\n map_public_ip_on_launch = var.p\n}\nresource "aws_instance" "x" {\n subnet_id = aws_subnet.x.id\n}',
      ),
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
      tf(
        'resource "google_compute_backend_service" "x" {\n security_policy = google_compute_security_policy.x.id\n}',
      ),
      tf(`resource "aws_api_gateway_stage" "x" {}
        resource "aws_wafv2_web_acl_association" "x" {
          resource_arn = aws_api_gateway_stage.x.arn
        }`),
    ],
    fail: [
      balancer(''),
      balancer(
        'internal = false',
        'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = aws_lb.other.arn\n}',
      ),
      tf('resource "aws_cloudfront_distribution" "x" {}'),
      tf('resource "google_compute_backend_service" "x" {}'),
      tf('resource "aws_api_gateway_stage" "x" {}'),
    ],
    unknown: [
      tf('resource "google_compute_backend_service" "x" {\n security_policy = var.policy\n}'),
      tf('resource "aws_cloudfront_distribution" "x" {\n web_acl_id = var.acl\n}'),
      balancer('', 'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = var.arn\n}'),
      balancer('internal = var.internal'),
    ],
    notApplicable: [
      balancer('internal = true'),
      balancer('load_balancer_type = "network"'),
      tf('resource "google_compute_backend_service" "x" {\n load_balancing_scheme = "INTERNAL_MANAGED"\n}'),
    ],
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
      named('grafana', live('kubernetes', 'service', { spec: { type: 'ClusterIP' } })),
      console(401),
      console(302, '/login'),
    ],
    fail: [
      image('grafana/grafana:12.0.2', "ports: ['3001:3000']"),
      image('prom/alertmanager:v0.28.0', "ports: ['0.0.0.0:9093:9093']"),
      named('grafana', live('kubernetes', 'service', { spec: { type: 'LoadBalancer' } })),
      console(200),
    ],
    unknown: [
      image('grafana/grafana:12.0.2', "ports: ['${BIND}:3001:3000']"),
      named('prometheus', live('http', 'door', 'does not answer: ETIMEDOUT')),
    ],
    notApplicable: [image('grafana/grafana:12.0.2')],
  },
  'TLS-01': {
    pass: [
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"'),
      listener('protocol = "TLS"\n ssl_policy = "ELBSecurityPolicy-FS-1-2-Res-2020-10"'),
      tf('resource "google_compute_ssl_policy" "x" {\n min_tls_version = "TLS_1_2"\n}'),
      live('http', 'tls', { protocol: { tls1_0: 'refused', tls1_1: 'refused' } }),
    ],
    fail: [
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
      listener('protocol = "HTTPS"'),
      listener('protocol = "HTTPS"\n ssl_policy = "ELBSecurityPolicy-TLS13-1-0-2021-06"'),
      tf('resource "google_compute_ssl_policy" "x" {}'),
      live('http', 'tls', { protocol: { tls1_0: 'refused', tls1_1: 'accepted' } }),
    ],
    unknown: [
      listener('protocol = "HTTPS"\n ssl_policy = var.policy'),
      listener('protocol = var.protocol\n ssl_policy = "ELBSecurityPolicy-2016-08"'),
      live('http', 'tls', { protocol: { tls1_0: 'refused' } }),
    ],
    notApplicable: [listener('protocol = "HTTP"')],
  },
  'TLS-04': {
    pass: [
      listener('protocol = "HTTPS"'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTPS"\n status_code = "HTTP_301"\n }\n }',
      ),
      proxy('default_url_redirect {\n https_redirect = true\n}'),
      web(301, 'https://campus.example/'),
    ],
    fail: [
      listener('protocol = "HTTP"\n default_action {\n type = "forward"\n }'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = "HTTP"\n status_code = "HTTP_301"\n }\n }',
      ),
      proxy('default_service = "backend"'),
      web(200, ''),
      web(302, 'https://campus.example/'),
      web(301, 'https://elsewhere.example/'),
    ],
    unknown: [
      tf('resource "aws_lb_listener" "x" {\n port = 80\n protocol = "TCP"\n}'),
      listener('port = 443'),
      listener(
        'protocol = "HTTP"\n default_action {\n type = "redirect"\n redirect {\n protocol = var.p\n }\n }',
      ),
      listener('protocol = var.protocol'),
      listener('protocol = "HTTP"\n default_action {\n type = var.type\n }'),
      tf('resource "google_compute_target_http_proxy" "x" {\n url_map = var.map\n}'),
      live('http', 'door', 'does not answer: ECONNREFUSED'),
    ],
    notApplicable: [
      listener('protocol = "TCP"'),
      live('http', 'door', { url: 'http://127.0.0.1:5001', page: { status: 200, header: {} } }),
    ],
  },
}
