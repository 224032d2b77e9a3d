/** Cases of the group NET. */
import { live, named, tf, together, type Cases, type Source } from '../cases.ts'

const world = '"0.0.0.0/0"'
const open = (port: number, from = world) =>
  `ingress {\n from_port = ${port}\n to_port = ${port}\n protocol = "tcp"\n cidr_blocks = [${from}]\n}`
const group = (lines: string, beside = '') =>
  tf(`resource "aws_security_group" "x" {\n${lines}\n}\n${beside}`)
const balancer = 'resource "aws_lb" "x" {\n security_groups = [aws_security_group.x.id]\n}\n'
const listener = (action: string, port = '80') =>
  `resource "aws_lb_listener" "x" {\n load_balancer_arn = aws_lb.x.arn\n port = ${port}\n protocol = "HTTP"\n default_action {\n${action}\n }\n}\n`
const redirect = 'type = "redirect"\n redirect {\n protocol = "HTTPS"\n status_code = "HTTP_301"\n }'
const egress = (lines: string) => `egress {\n${lines}\n}`
const everything = (to: string) => `from_port = 0\n to_port = 0\n protocol = "-1"\n cidr_blocks = [${to}]`

const vpc = 'resource "aws_vpc" "x" {\n cidr_block = "10.0.0.0/16"\n}\n'
const subnet = (lines = '') =>
  `resource "aws_subnet" "x" {\n vpc_id = aws_vpc.x.id\n cidr_block = "10.0.1.0/24"\n${lines}\n}\n`
const inside = 'resource "aws_db_subnet_group" "x" {\n subnet_ids = [aws_subnet.x.id]\n}\n'
const gateway = 'resource "aws_internet_gateway" "x" {\n vpc_id = aws_vpc.x.id\n}\n'
const association =
  'resource "aws_route_table_association" "x" {\n subnet_id = aws_subnet.x.id\n route_table_id = aws_route_table.x.id\n}\n'
const table = (lines: string) => `resource "aws_route_table" "x" {\n vpc_id = aws_vpc.x.id\n${lines}\n}\n`
const route = (target: string) => `route {\n cidr_block = "0.0.0.0/0"\n ${target}\n}`
const machine = (lines: string) =>
  tf(`resource "google_compute_instance" "x" {\n network_interface {\n network = "default"\n${lines}\n }\n}`)
const flow = (target: string) => `resource "aws_flow_log" "x" {\n ${target}\n traffic_type = "ALL"\n}\n`
const acl = 'resource "aws_wafv2_web_acl" "x" {\n name = "x"\n scope = "REGIONAL"\n}\n'
const logging = (arn: string) =>
  `resource "aws_wafv2_web_acl_logging_configuration" "x" {\n resource_arn = ${arn}\n}\n`
const tasks =
  'resource "aws_ecs_service" "x" {\n network_configuration {\n subnets = [aws_subnet.x.id]\n }\n}\n'
const endpoints = (names: readonly string[], region = 'us-east-1') =>
  names
    .map(
      (name) =>
        `resource "aws_vpc_endpoint" "${name.replace('.', '_')}" {\n vpc_id = aws_vpc.x.id\n service_name = "com.amazonaws.${region}.${name}"\n}\n`,
    )
    .join('')
const needed = ['s3', 'ecr.api', 'ecr.dkr', 'secretsmanager', 'logs']
const pod = live('kubernetes', 'pod', { metadata: { name: 'api', namespace: 'campus' }, spec: {} })
const policy = (spec: object, namespace = 'campus') =>
  named('deny', live('kubernetes', 'networkpolicy', { metadata: { namespace }, spec }))
const both = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] }
const everywhere = (side: string) => [{ [side]: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }]
const inFile =
  (path: string, source: Source): Source =>
  () =>
    source().map((each) => ({ ...each, position: { ...each.position, file: path } }))
const zone = (lines: string, beside = '') =>
  tf(`resource "aws_route53_zone" "x" {\n name = "campus.example"\n${lines}\n}\n${beside}`)
const signed =
  'resource "aws_route53_key_signing_key" "x" {\n hosted_zone_id = aws_route53_zone.x.id\n}\nresource "aws_route53_hosted_zone_dnssec" "x" {\n hosted_zone_id = aws_route53_zone.x.id\n}\n'
const queries = 'resource "aws_route53_query_log" "x" {\n zone_id = aws_route53_zone.x.zone_id\n}\n'
const managed = (lines: string) => tf(`resource "google_dns_managed_zone" "x" {\n${lines}\n}`)

export const net: Readonly<Record<string, Cases>> = {
  'NET-05': {
    pass: [
      group(open(443)),
      group(open(80, '"10.0.0.0/8"')),
      group(open(80), balancer + listener(redirect)),
      tf(
        `resource "aws_security_group" "x" {}\nresource "aws_vpc_security_group_ingress_rule" "x" {\n security_group_id = aws_security_group.x.id\n ip_protocol = "tcp"\n from_port = 80\n to_port = 80\n cidr_ipv4 = ${world}\n}\n${balancer}${listener(redirect)}`,
      ),
    ],
    fail: [
      group(open(80)),
      group(open(80), balancer + listener('type = "forward"')),
      // The machines have it, too, on their second interface.
      group(
        open(80),
        `${balancer}${listener(redirect)}resource "aws_launch_template" "t" {\n network_interfaces {\n device_index = 0\n}\n network_interfaces {\n security_groups = [aws_security_group.x.id]\n}\n}\n`,
      ),
      group(
        open(80),
        `${balancer}${listener(redirect)}resource "aws_lb_listener_rule" "x" {\n listener_arn = aws_lb_listener.x.arn\n action {\n type = "forward"\n }\n}\n`,
      ),
      group(open(80), balancer),
      group(
        open(80),
        `resource "aws_instance" "x" {\n vpc_security_group_ids = [aws_security_group.x.id]\n}`,
      ),
      tf(
        `resource "google_compute_firewall" "x" {\n source_ranges = [${world}]\n allow {\n protocol = "tcp"\n ports = ["80"]\n }\n}`,
      ),
    ],
    unknown: [
      group(open(80, 'var.office')),
      group(open(80), balancer + listener(redirect, 'var.port')),
      group(open(80), 'resource "aws_lb" "x" {\n security_groups = var.groups\n}'),
    ],
    notApplicable: [group('count = 0')],
  },
  'NET-06': {
    pass: [
      group(''),
      group(egress('from_port = var.p\n to_port = var.p\n protocol = "tcp"\n cidr_blocks = ["10.0.0.0/8"]')),
      live('kubernetes', 'networkpolicy', {
        spec: {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 443 }] }],
        },
      }),
      group(
        '',
        `${balancer}resource "aws_vpc_security_group_egress_rule" "x" {\n security_group_id = aws_security_group.x.id\n ip_protocol = "-1"\n cidr_ipv4 = ${world}\n}`,
      ),
      group(egress(`from_port = 443\n to_port = 443\n protocol = "tcp"\n cidr_blocks = [${world}]`)),
      group(egress(everything('"10.0.0.0/8"'))),
      live('kubernetes', 'networkpolicy', {
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{ to: [{ podSelector: {} }] }] },
      }),
    ],
    fail: [
      group(egress(everything(world))),
      group(
        egress(everything(world)),
        'resource "aws_db_instance" "x" {\n vpc_security_group_ids = [aws_security_group.x.id]\n}',
      ),
      tf(
        `resource "aws_vpc_security_group_egress_rule" "x" {\n ip_protocol = "-1"\n cidr_ipv4 = ${world}\n}`,
      ),
      tf(`resource "aws_security_group_rule" "x" {\n type = "egress"\n ${everything(world)}\n}`),
      tf(
        'resource "google_compute_firewall" "x" {\n direction = "EGRESS"\n allow {\n protocol = "all"\n }\n}',
      ),
      live('kubernetes', 'networkpolicy', {
        spec: { podSelector: {}, policyTypes: ['Egress'], egress: [{}] },
      }),
      live('kubernetes', 'networkpolicy', {
        spec: {
          podSelector: {},
          policyTypes: ['Egress'],
          egress: [{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }],
        },
      }),
      group(
        egress(everything(world)),
        `${balancer}resource "aws_launch_template" "x" {\n network_interfaces {\n security_groups = [aws_security_group.x.id]\n }\n}`,
      ),
    ],
    unknown: [
      group(egress(everything('var.networks'))),
      group(egress(`from_port = var.p\n to_port = var.p\n protocol = "tcp"\n cidr_blocks = [${world}]`)),
      tf(
        'resource "google_compute_firewall" "x" {\n direction = "EGRESS"\n allow {\n protocol = var.p\n }\n}',
      ),
      group('dynamic "egress" {\n for_each = var.rules\n content {}\n}'),
      live('kubernetes', 'networkpolicy', 'cannot be read'),
    ],
    notApplicable: [
      group(egress(everything(world)), balancer),
      tf('resource "google_compute_firewall" "x" {\n allow {\n protocol = "all"\n }\n}'),
    ],
  },
  'NET-07': {
    pass: [
      tf(vpc + subnet() + inside),
      tf(vpc + subnet() + inside + gateway + association + table(route('nat_gateway_id = "nat-1"'))),
      tf(`${vpc + subnet() + tasks}`),
    ],
    fail: [
      tf(vpc + subnet('map_public_ip_on_launch = true') + inside),
      tf(
        vpc +
          subnet() +
          inside +
          gateway +
          association +
          table(route('gateway_id = aws_internet_gateway.x.id')),
      ),
      tf(
        vpc +
          subnet() +
          inside +
          gateway +
          association +
          table('') +
          'resource "aws_route" "x" {\n route_table_id = aws_route_table.x.id\n destination_cidr_block = "0.0.0.0/0"\n gateway_id = aws_internet_gateway.x.id\n}',
      ),
      tf(
        vpc +
          subnet() +
          inside +
          gateway +
          table(route('gateway_id = aws_internet_gateway.x.id')) +
          'resource "aws_main_route_table_association" "x" {\n vpc_id = aws_vpc.x.id\n route_table_id = aws_route_table.x.id\n}',
      ),
      tf(`${vpc}resource "aws_subnet" "x" {
        count = 2
        vpc_id = aws_vpc.x.id
        map_public_ip_on_launch = count.index == 1
      }
      resource "aws_elasticache_subnet_group" "x" {
        subnet_ids = aws_subnet.x[*].id
      }`),
    ],
    unknown: [
      tf('resource "aws_db_subnet_group" "x" {\n subnet_ids = var.subnets\n}'),
      tf('resource "aws_db_subnet_group" "x" {\n subnet_ids = ["subnet-1"]\n}'),
      tf(vpc + subnet() + inside + association + table(route('gateway_id = var.gateway'))),
      tf(`resource "aws_subnet" "x" {\n vpc_id = var.vpc\n}\n${inside}`),
      tf(
        `${vpc + subnet() + inside}resource "aws_route_table_association" "x" {\n subnet_id = var.subnet\n route_table_id = var.table\n}`,
      ),
    ],
    notApplicable: [tf('resource "aws_ecs_service" "x" {\n name = "x"\n}')],
  },
  'NET-09': {
    pass: [machine(''), machine('subnetwork = "tenants"')],
    fail: [machine('access_config {\n }'), machine('access_config {\n nat_ip = "203.0.113.9"\n }')],
    unknown: [
      machine('dynamic "access_config" {\n for_each = var.public\n content {}\n }'),
      tf(
        'resource "google_compute_instance" "x" {\n dynamic "network_interface" {\n for_each = var.n\n content {}\n }\n}',
      ),
    ],
    notApplicable: [tf('resource "google_compute_instance" "x" {\n count = 0\n}')],
  },
  'NET-10': {
    pass: [
      tf(`${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n}`),
      tf(`${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n tags = {}\n}`),
    ],
    fail: [
      tf(
        `${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n}\nresource "aws_security_group_rule" "x" {\n security_group_id = aws_default_security_group.x.id\n}`,
      ),
      tf(
        `${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n}\nresource "aws_vpc_security_group_ingress_rule" "x" {\n security_group_id = aws_vpc.x.default_security_group_id\n}`,
      ),
      tf(vpc),
      tf(`${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n${open(22)}\n}`),
      tf(`${vpc}resource "aws_default_security_group" "x" {\n vpc_id = "vpc-1"\n}`),
    ],
    unknown: [
      tf(`${vpc}resource "aws_default_security_group" "x" {\n vpc_id = var.vpc\n}`),
      tf(
        `${vpc}resource "aws_default_security_group" "x" {\n vpc_id = aws_vpc.x.id\n dynamic "ingress" {\n for_each = var.r\n content {}\n }\n}`,
      ),
    ],
    notApplicable: [tf('resource "aws_vpc" "x" {\n count = 0\n}')],
  },
  'NET-11': {
    pass: [
      tf(vpc + flow('vpc_id = aws_vpc.x.id')),
      tf(vpc + subnet() + flow('subnet_id = aws_subnet.x.id')),
      tf(
        'resource "google_compute_subnetwork" "x" {\n log_config {\n metadata = "INCLUDE_ALL_METADATA"\n }\n}',
      ),
    ],
    fail: [
      tf(vpc),
      tf(vpc + flow('vpc_id = "vpc-1"')),
      tf('resource "google_compute_subnetwork" "x" {\n name = "x"\n}'),
    ],
    unknown: [
      tf(vpc + flow('vpc_id = var.vpc')),
      tf(
        'resource "google_compute_subnetwork" "x" {\n dynamic "log_config" {\n for_each = var.l\n content {}\n }\n}',
      ),
    ],
    notApplicable: [tf('resource "google_compute_subnetwork" "x" {\n purpose = "REGIONAL_MANAGED_PROXY"\n}')],
  },
  'NET-13': {
    pass: [
      tf(acl + logging('aws_wafv2_web_acl.x.arn')),
      tf('resource "aws_wafregional_web_acl" "x" {\n logging_configuration {\n log_destination = "a"\n }\n}'),
    ],
    fail: [tf(acl), tf(acl + logging('"arn:other"'))],
    unknown: [tf(acl + logging('var.arn'))],
    notApplicable: [tf('resource "aws_wafv2_web_acl" "x" {\n count = 0\n}')],
  },
  'NET-14': {
    pass: [
      tf(vpc + subnet() + tasks + endpoints(needed)),
      tf(vpc + subnet() + tasks + endpoints(needed, '${var.region}')),
    ],
    fail: [tf(vpc + subnet() + tasks), tf(vpc + subnet() + tasks + endpoints(needed.slice(1)))],
    unknown: [
      tf(`${vpc}resource "aws_ecs_service" "x" {\n network_configuration {\n subnets = var.subnets\n }\n}`),
      tf(
        `${vpc + subnet() + tasks}resource "aws_vpc_endpoint" "x" {\n vpc_id = aws_vpc.x.id\n service_name = var.service\n}`,
      ),
    ],
    notApplicable: [tf(vpc)],
  },
  'NET-16': {
    pass: [
      together(pod, policy(both)),
      together(inFile('prod/pod.yaml', pod), inFile('prod/net/np.yaml', policy(both))),
      together(pod, policy({ ...both, ingress: [{ from: [{ podSelector: {} }] }] })),
      together(
        pod,
        policy({ podSelector: {} }),
        named('egress', policy({ podSelector: {}, policyTypes: ['Egress'] })),
      ),
    ],
    fail: [
      pod,
      together(pod, policy({ podSelector: {}, policyTypes: ['Ingress'] })),
      together(pod, policy({ ...both, podSelector: { matchLabels: { app: 'api' } } })),
      together(pod, policy(both, 'elsewhere')),
      together(pod, policy({ ...both, egress: [{}] })),
      together(pod, policy({ ...both, ingress: everywhere('from'), egress: everywhere('to') })),
      together(pod, policy(both), named('allow', policy({ ...both, ingress: [{}], egress: [{}] }))),
      together(pod, policy({ ...both, ingress: [{ from: [{ namespaceSelector: {} }] }] })),
      together(inFile('prod/pod.yaml', pod), inFile('dev/np.yaml', policy(both))),
    ],
    unknown: [live('kubernetes', 'deployment', 'cannot be read')],
    notApplicable: [live('kubernetes', 'pod', { metadata: { namespace: 'kube-system' } })],
  },
  'NET-19': {
    pass: [zone('', signed + queries), managed('dnssec_config {\n state = "on"\n}')],
    fail: [
      zone(''),
      zone('', signed),
      zone('', queries),
      managed(''),
      managed('dnssec_config {\n state = "off"\n}'),
    ],
    unknown: [
      managed('dnssec_config {\n state = var.state\n}'),
      zone('', `${queries}resource "aws_route53_hosted_zone_dnssec" "x" {\n hosted_zone_id = var.zone\n}`),
    ],
    notApplicable: [zone('vpc {\n vpc_id = "vpc-1"\n}'), managed('visibility = "private"')],
  },
}
