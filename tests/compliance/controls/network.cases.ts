import { compose, live, named, service, tf, type Cases } from './cases.ts'

const image = (name: string, lines = '') => service(`image: ${name}\n${lines}`)
const balancer = (lines: string, beside = '') => tf(`resource "aws_lb" "x" {\n${lines}\n}\n${beside}`)
const console = (status: number, location = '') =>
  named(
    'prometheus',
    live('http', 'door', { url: 'http://metrics.campus.example', page: { status, header: { location } } }),
  )
const template = (...interfaces: readonly string[]) =>
  `resource "aws_launch_template" "x" {\n${interfaces.map((lines) => `network_interfaces {\n${lines}\n}`).join('\n')}\n}`

export const network: Readonly<Record<string, Cases>> = {
  'NET-08': {
    pass: [
      tf('resource "aws_subnet" "x" {}'),
      tf('resource "aws_instance" "x" {\n associate_public_ip_address = false\n}'),
      tf(template('associate_public_ip_address = false')),
      tf('resource "aws_subnet" "x" {}\nresource "aws_instance" "x" {\n subnet_id = aws_subnet.x.id\n}'),
    ],
    fail: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = true\n}'),
      tf(template('associate_public_ip_address = false', 'associate_public_ip_address = "true"')),
      tf('resource "aws_launch_configuration" "x" {\n associate_public_ip_address = true\n}'),
      tf('resource "aws_ecs_service" "x" {\n network_configuration {\n assign_public_ip = true\n }\n}'),
    ],
    unknown: [
      tf('resource "aws_subnet" "x" {\n map_public_ip_on_launch = var.public\n}'),
      tf(template('associate_public_ip_address = var.public')),
      tf('resource "aws_instance" "x" {}'),
      tf(
        'resource "aws_subnet" "x" {\n map_public_ip_on_launch = var.p\n}\nresource "aws_instance" "x" {\n subnet_id = aws_subnet.x.id\n}',
      ),
    ],
    notApplicable: [
      tf('resource "aws_ecs_service" "x" {}'),
      tf('resource "aws_launch_template" "x" {}'),
      tf(template('device_index = 0')),
    ],
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
      tf(
        'resource "google_compute_backend_bucket" "x" {\n edge_security_policy = google_compute_security_policy.x.id\n}',
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
      tf('resource "google_compute_backend_bucket" "x" {}'),
      tf(
        'resource "google_compute_region_backend_service" "x" {\n load_balancing_scheme = "EXTERNAL_MANAGED"\n}',
      ),
      tf('resource "aws_api_gateway_stage" "x" {}'),
    ],
    unknown: [
      tf('resource "google_compute_backend_service" "x" {\n security_policy = var.policy\n}'),
      tf('resource "google_compute_backend_bucket" "x" {\n edge_security_policy = var.policy\n}'),
      tf('resource "aws_cloudfront_distribution" "x" {\n web_acl_id = var.acl\n}'),
      tf('resource "aws_cloudfront_distribution" "x" {\n web_acl_id = var.web_acl_id\n}'),
      tf(
        'resource "aws_cloudfront_distribution" "x" {\n web_acl_id = var.waf ? aws_wafv2_web_acl.x.arn : null\n}',
      ),
      tf('resource "google_compute_backend_service" "x" {\n security_policy = var.security_policy\n}'),
      balancer('', 'resource "aws_wafv2_web_acl_association" "x" {\n resource_arn = var.arn\n}'),
      balancer('internal = var.internal'),
    ],
    notApplicable: [
      tf('resource "google_compute_region_backend_service" "x" {}'),
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
      image('prom/prometheus:v3.0.0', "network_mode: host\ncommand: ['--web.listen-address=127.0.0.1:9090']"),
      image('grafana/grafana:12.0.2', 'network_mode: host\nenvironment:\n  GF_SERVER_HTTP_ADDR: 127.0.0.1'),
    ],
    fail: [
      image('grafana/grafana:12.0.2', "ports: ['3001:3000']"),
      image('prom/alertmanager:v0.28.0', "ports: ['0.0.0.0:9093:9093']"),
      named('grafana', live('kubernetes', 'service', { spec: { type: 'LoadBalancer' } })),
      console(200),
      image('grafana/grafana:12.0.2', 'network_mode: host'),
    ],
    unknown: [
      image('grafana/grafana:12.0.2', "ports: ['${BIND}:3001:3000']"),
      named('prometheus', live('http', 'door', 'does not answer: ETIMEDOUT')),
    ],
    notApplicable: [image('grafana/grafana:12.0.2')],
  },
}
