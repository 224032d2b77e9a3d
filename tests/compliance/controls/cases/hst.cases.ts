/** Cases of the group HST. */
import { hostReaders } from '../../../../compliance/gather/host/host.ts'
import { githubReader } from '../../../../compliance/gather/workflow/github.ts'
import { file, live, named, tf, type Cases, type Source } from '../cases.ts'

const resource = (type: string, lines: string, beside = '') =>
  tf(`resource "${type}" "x" {\n${lines}\n}\n${beside}`)
const instance = (lines: string, beside = '') => resource('aws_instance', lines, beside)
const google = (lines: string, beside = '') => resource('google_compute_instance', lines, beside)
const options = (tokens: string, hops = '1') =>
  `metadata_options {\n http_tokens = ${tokens}\n http_put_response_hop_limit = ${hops}\n }`
const shielded = (boot: string, rest = '') =>
  `shielded_instance_config {\n enable_secure_boot = ${boot}\n ${rest}\n }`
const metadata = (lines: string) => google(`metadata = {\n${lines}\n }`)
const firewall = (range: string, port = '"22"') =>
  resource(
    'google_compute_firewall',
    `source_ranges = [${range}]\n allow {\n protocol = "tcp"\n ports = [${port}]\n }`,
  )
const signed = (id: string, state: string): Source =>
  named(id, live('attestation', 'statement', { state, expires: '2027-01-01' }))
const profile = (policy: string) =>
  instance(
    'iam_instance_profile = aws_iam_instance_profile.x.name',
    `resource "aws_iam_instance_profile" "x" {\n name = "bastion"\n role = "bastion"\n}\nresource "aws_iam_role_policy_attachment" "x" {\n role = "bastion"\n policy_arn = ${policy}\n}`,
  )
const core = '"arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"'
/** A host, or what hosts are made of, its profile and the role in it. */
const withRole = (lines: string, beside = '', type = 'aws_instance') => {
  const profileOf = 'aws_iam_instance_profile.x.name'
  const holder =
    type === 'aws_instance'
      ? `iam_instance_profile = ${profileOf}`
      : `iam_instance_profile {\n name = ${profileOf}\n }`
  return resource(
    type,
    holder,
    `resource "aws_iam_instance_profile" "x" {\n name = "web"\n role = aws_iam_role.x.name\n}\nresource "aws_iam_role" "x" {\n name = "web"\n${lines}\n}\n${beside}`,
  )
}
/** A host whose role has a policy of its own. */
const withStatements = (statements: string, lines = '', beside = '') =>
  withRole(
    lines,
    `resource "aws_iam_role_policy" "x" {\n role = aws_iam_role.x.id\n policy = jsonencode({ Statement = [${statements}] })\n}\n${beside}`,
  )
const channels = (rest = '', effect = 'Allow', resources = '*') =>
  `{ Effect = "${effect}", Action = ["ssmmessages:*"], Resource = "${resources}", ${rest} }`
const installing =
  'resource "aws_ssm_maintenance_window_task" "t" {\n window_id = "w"\n task_arn = "AWS-RunPatchBaseline"\n}'
const baseline = (days: string, beside = installing) =>
  resource(
    'aws_ssm_patch_baseline',
    `name = "x"\n approval_rule {\n approve_after_days = ${days}\n }`,
    beside,
  )
const attached = (lines: string) =>
  instance(
    'iam_instance_profile = "web"',
    `resource "aws_iam_instance_profile" "x" {\n name = "web"\n role = "web-role"\n}\nresource "aws_iam_role_policy_attachment" "x" {\n${lines}\n}`,
  )
const window = (lines: string, document = '"AWS-RunPatchBaseline"') =>
  resource(
    'aws_ssm_maintenance_window',
    `schedule = "cron(0 4 ? * SUN *)"\n${lines}`,
    `resource "aws_ssm_maintenance_window_task" "x" {\n window_id = aws_ssm_maintenance_window.x.id\n task_arn = ${document}\n}`,
  )
const inspector = (types: string, beside = '') =>
  resource('aws_inspector2_enabler', `resource_types = ${types}`, beside)
const repository = 'resource "aws_ecr_repository" "x" {\n name = "x"\n}'
const hosts = (path: string, text: string) => {
  const reader = hostReaders.find((each) => each.path.test(path))
  if (reader === undefined) throw new Error(`expected a reader of ${path}`)
  return file(reader, path, text)
}
const daemon = (fields: object) =>
  hosts(
    'daemon.json',
    JSON.stringify({ icc: false, 'live-restore': true, 'userns-remap': 'default', ...fields }),
  )
const unit = (command: string) =>
  hosts('docker.service.d/override.conf', `[Service]\nExecStart=\nExecStart=${command}\n`)
const ami = (lines: string) => tf(`data "aws_ami" "x" {\n most_recent = true\n${lines}\n}`)
const builds = (on: string) =>
  file(
    githubReader,
    '.github/workflows/images.yml',
    `${on}\njobs: { a: { steps: [{ run: docker build . }] } }\n`,
  )
const group = (lines: string) => resource('aws_autoscaling_group', `max_size = 2\n${lines}`)
const manager = (lines: string) => resource('google_compute_instance_group_manager', lines)
const healing = (check: string) => `auto_healing_policies {\n initial_delay_sec = 60\n ${check}\n }`

export const hst: Readonly<Record<string, Cases>> = {
  'HST-01': {
    pass: [
      instance(options('"required"')),
      instance('metadata_options {\n http_endpoint = "disabled"\n }'),
      resource('aws_launch_template', options('"required"')),
    ],
    fail: [instance(''), instance(options('"optional"')), instance(options('"required"', '2'))],
    unknown: [instance(options('var.t'))],
    notApplicable: [instance('count = 0'), instance('launch_template {\n id = "lt-1"\n }')],
  },
  'HST-02': {
    pass: [google(shielded('true')), resource('google_compute_instance_template', shielded('true'))],
    fail: [google(''), google(shielded('false')), google(shielded('true', 'enable_vtpm = false'))],
    unknown: [google(shielded('var.s'))],
    notApplicable: [google('count = 0')],
  },
  'HST-03': {
    pass: [
      metadata('enable-oslogin = "TRUE"\n block-project-ssh-keys = "TRUE"'),
      google(
        'metadata = {\n block-project-ssh-keys = true\n }',
        'resource "google_compute_project_metadata_item" "x" {\n key = "enable-oslogin"\n value = "TRUE"\n}',
      ),
    ],
    fail: [
      google(''),
      metadata('enable-oslogin = "FALSE"\n block-project-ssh-keys = "TRUE"'),
      metadata('enable-oslogin = "TRUE"\n block-project-ssh-keys = "TRUE"\n serial-port-enable = "TRUE"'),
    ],
    unknown: [google('metadata = var.m')],
    notApplicable: [google('count = 0')],
  },
  'HST-04': {
    pass: [
      firewall('"35.235.240.0/20"'),
      firewall('"10.0.0.0/8"'),
      profile(core),
      attached(`role = "web-role"\n policy_arn = ${core}`),
      // The role says it itself, in its own words, or one attachment says it for several.
      withRole(`managed_policy_arns = [${core}]`),
      withRole(
        '',
        'resource "aws_iam_role_policy" "x" {\n role = aws_iam_role.x.id\n policy = jsonencode({ Statement = [{ Effect = "Allow", Action = ["ssmmessages:CreateControlChannel"], Resource = "*" }] })\n}',
      ),
      withRole('', `resource "aws_iam_policy_attachment" "x" {\n roles = ["web"]\n policy_arn = ${core}\n}`),
      withRole(`managed_policy_arns = [${core}]`, '', 'aws_launch_template'),
      withStatements(channels()),
      withStatements('{ Effect = "Allow", Action = "SSMMessages:Create*", Resource = "*" }'),
      withRole(
        'inline_policy {\n policy = data.aws_iam_policy_document.x.json\n}',
        'data "aws_iam_policy_document" "x" {\n statement {\n actions = ["ssmmessages:CreateControlChannel"]\n resources = ["*"]\n }\n}',
      ),
      signed('HST-04', 'current'),
    ],
    fail: [
      firewall('"0.0.0.0/0"'),
      firewall('"203.0.113.0/24"', '"20-25"'),
      firewall('"10.0.0.0/1"'),
      resource('google_compute_firewall', 'allow {\n protocol = "tcp"\n ports = ["22"]\n }'),
      attached(`role = "other-role"\n policy_arn = ${core}`),
      profile('"arn:aws:iam::aws:policy/ReadOnlyAccess"'),
      instance('key_name = "admin"'),
      resource('aws_launch_template', 'key_name = "admin"'),
      withRole('managed_policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]'),
      withRole('', '', 'aws_launch_template'),
      // The right has to stand in the statement that allows, and in none that denies.
      withStatements(`{ Effect = "Allow", Action = "s3:*", Resource = "*" }, ${channels('', 'Deny')}`),
      withStatements('{ Effect = "Allow", NotAction = ["ssmmessages:*"], Resource = "*" }'),
      withStatements(`${channels()}, ${channels('', 'Deny')}`),
      withStatements(channels('', 'Deny'), `managed_policy_arns = [${core}]`),
      withStatements('{ Effect = "Allow", Action = "ssmmessages:OpenDataChannel", Resource = "*" }'),
    ],
    unknown: [
      firewall('var.range'),
      withRole('managed_policy_arns = var.policies'),
      withRole(
        '',
        'resource "aws_iam_role_policy" "x" {\n role = aws_iam_role.x.id\n policy = var.policy\n}',
      ),
      instance('iam_instance_profile = "elsewhere"'),
      withStatements(channels('Condition = { Bool = { "aws:SecureTransport" = "true" } }')),
      withStatements(channels('', 'Allow', 'arn:aws:s3:::campus')),
      withStatements(`${channels()}, ${channels('Condition = { Bool = { a = "b" } }', 'Deny')}`),
      withStatements('{ Effect = var.effect, Action = "ssmmessages:*", Resource = "*" }'),
      withStatements('{ Effect = "Allow", NotAction = "iam:*", Resource = "*" }'),
      withRole(
        '',
        'resource "aws_iam_role_policy" "x" {\n role = aws_iam_role.x.id\n policy = "{ \\"Effect\\": \\"Allow\\", \\"ssmmessages:*\\""\n}',
      ),
      signed('HST-04', 'expired'),
    ],
    notApplicable: [
      resource(
        'google_compute_firewall',
        'disabled = true\n source_ranges = ["0.0.0.0/0"]\n allow {\n protocol = "tcp"\n ports = ["22"]\n }',
      ),
      firewall('"0.0.0.0/0"', '"443"'),
      resource(
        'google_compute_firewall',
        'source_tags = ["bastion"]\n allow {\n protocol = "tcp"\n ports = ["22"]\n }',
      ),
      instance(''),
    ],
  },
  'HST-05': {
    pass: [
      baseline('7'),
      window(''),
      resource(
        'google_os_config_patch_deployment',
        'recurring_schedule {\n time_of_day {\n hours = 4\n }\n }',
      ),
    ],
    fail: [
      baseline('60'),
      baseline('7', ''),
      resource('google_compute_region_instance_template', ''),
      window('enabled = false'),
      instance(''),
      resource('google_os_config_patch_deployment', 'one_time_schedule {\n execute_time = "x"\n }'),
    ],
    unknown: [baseline('var.d'), signed('HST-05', 'expired')],
    notApplicable: [window('', '"AWS-UpdateSSMAgent"')],
  },
  'HST-06': {
    pass: [resource('aws_guardduty_detector', ''), resource('aws_guardduty_detector', 'enable = true')],
    fail: [resource('aws_guardduty_detector', 'enable = false'), resource('aws_s3_bucket', '')],
    unknown: [resource('aws_guardduty_detector', 'enable = var.e'), resource('google_compute_instance', '')],
    notApplicable: [resource('aws_guardduty_detector', 'count = 0')],
  },
  'HST-07': {
    pass: [inspector('["EC2", "ECR"]', repository), inspector('["EC2"]')],
    fail: [inspector('["EC2"]', repository), tf(repository)],
    unknown: [inspector('var.t', repository)],
    notApplicable: [resource('aws_inspector2_enabler', 'count = 0')],
  },
  'HST-08': {
    pass: [
      daemon({}),
      daemon({ hosts: ['fd://', 'tcp://0.0.0.0:2376'], tlsverify: true }),
      unit('/usr/bin/dockerd -H tcp://0.0.0.0:2376 --tlsverify'),
    ],
    fail: [
      daemon({ icc: true }),
      daemon({ hosts: ['tcp://0.0.0.0:2375'] }),
      daemon({ 'live-restore': false }),
      unit('/usr/bin/dockerd -H fd:// -H tcp://0.0.0.0:2375'),
    ],
    unknown: [live('repository', 'docker_daemon', 'is no JSON'), signed('HST-08', 'expired')],
    notApplicable: [unit('/usr/bin/dockerd -H fd://')],
  },
  'HST-09': {
    pass: [google(''), instance('source_dest_check = true'), google('can_ip_forward = false')],
    fail: [google('can_ip_forward = true'), instance('source_dest_check = false')],
    unknown: [google('can_ip_forward = var.f')],
    notApplicable: [
      instance('source_dest_check = false\n tags = {\n Name = "campus-nat"\n }'),
      instance(
        'source_dest_check = false',
        'resource "aws_route" "x" {\n instance_id = aws_instance.x.id\n}',
      ),
    ],
  },
  'HST-10': {
    pass: [
      ami('owners = ["amazon"]'),
      ami('owners = ["self", "111122223333"]'),
      builds("on: { schedule: [{ cron: '0 4 * * 1' }] }"),
    ],
    fail: [
      ami(''),
      ami('owners = ["anybody"]'),
      builds('on: push'),
      builds("on: { schedule: [{ cron: '0 4 1 1 *' }] }"),
    ],
    unknown: [ami('owners = var.o'), signed('HST-10', 'expired')],
    notApplicable: [
      file(githubReader, '.github/workflows/a.yml', 'on: push\njobs: { a: { steps: [{ run: x }] } }\n'),
    ],
  },
  'HST-11': {
    pass: [group('health_check_type = "ELB"'), manager(healing('health_check = "x"'))],
    fail: [group(''), group('health_check_type = "EC2"'), manager('')],
    unknown: [
      group('health_check_type = var.h'),
      manager('dynamic "auto_healing_policies" {\n for_each = var.p\n content {}\n }'),
    ],
    notApplicable: [group('count = 0')],
  },
}
