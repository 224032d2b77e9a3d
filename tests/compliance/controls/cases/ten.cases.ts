/** Cases of the group TEN. */
import { migrationsReader } from '../../../../compliance/gather/migrations/migrations.ts'
import { file, live, named, tf, together, type Cases } from '../cases.ts'
import { signed } from './signed.ts'

const own = "(tenant_id = current_setting('app.tenant'::text, true))"
const openPolicy = { name: 'own', permissive: true, command: 'ALL', roles: ['public'], with_check: null }
const relation = (facts: object) =>
  live('postgres', 'tenant_relation', {
    role: 'grades_app',
    schema: 'campus',
    name: 'grade',
    kind: 'r',
    rights: ['SELECT', 'INSERT'],
    row_security: true,
    bypass: null,
    open_sequences: [],
    policy: [{ ...openPolicy, using: own }],
    seen: { unset: false, empty: false, nobody: false },
    ...facts,
  })
const role = (facts: object) =>
  live('postgres', 'tenant_role', {
    name: 'grades_app',
    bypass_rls: false,
    may_become: [],
    settings: [],
    outlives: [],
    around: [],
    large_objects: 0,
    relations: 3,
    ...facts,
  })
const sql = (text: string) => file(migrationsReader, 'migrations/001.sql', text)
const table = 'CREATE TABLE t (id int, tenant_id text);\n'
const on = 'ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t FORCE ROW LEVEL SECURITY;\n'
const divided = (facts: object) =>
  live('postgres', 'table', {
    tenant_columns: ['tenant'],
    row_security: true,
    force_row_security: true,
    ...facts,
  })
const policies = (...policy: readonly object[]) =>
  live('postgres', 'table', { tenant_columns: ['tenant_id'], row_security: true, policy })
const all = { ...openPolicy, permissive: 'PERMISSIVE' }
const loginRole = (name: string, facts: object) => named(name, live('postgres', 'role', { name, ...facts }))
const schemas = (names: readonly string[], searchPath: string | null) =>
  live('postgres', 'tenant_schemas', { schemas: names, search_path: searchPath })
const database = (facts: object) =>
  live('postgres', 'database', {
    owner: 'north',
    is_tenants: true,
    public_connects: false,
    connecting: [],
    ...facts,
  })
const subnet = (name: string, tenant: string, cidr: string) =>
  `resource "aws_subnet" "${name}" {\n cidr_block = ${cidr}\n tags = { tenant_id = "${tenant}" }\n}\n`
const vpc = (name: string, tenant: string) =>
  `resource "aws_vpc" "${name}" {\n tags = { tenant_id = "${tenant}" }\n}\n`
const peering =
  'resource "aws_vpc_peering_connection" "p" {\n vpc_id = aws_vpc.a.id\n peer_vpc_id = aws_vpc.b.id\n}\n'
const north =
  'resource "google_storage_bucket" "tenant" {\n for_each = toset(["north"])\n labels = { tenant_id = each.key }\n}\n'
const firewall = (lines: string, name = 'tenant_web', each = 'for_each = toset(["north"])') =>
  tf(
    `${north}resource "google_compute_firewall" "${name}" {\n ${each}\n allow {\n protocol = "tcp"\n }\n${lines}\n}`,
  )
const instance = (lines: string) =>
  tf(`resource "google_compute_instance" "tenant" {\n for_each = toset(["north"])\n${lines}\n}`)
const account = 'resource "google_service_account" "tenant" {\n for_each = toset(["north"])\n}\n'
const grant = (type: string, lines: string) =>
  tf(
    `${account}resource "${type}" "tenant" {\n for_each = google_service_account.tenant\n member = "serviceAccount:\${each.value.email}"\n${lines}\n}`,
  )
const project = (lines: string) => grant('google_project_iam_member', lines)
const keys = 'resource "aws_kms_key" "tenant" {\n for_each = toset(["north", "south"])\n}\n'
const vault = (lines: string, name = 'tenant', each = 'for_each = toset(["north"])') =>
  tf(`${keys}resource "aws_backup_vault" "${name}" {\n ${each}\n${lines}\n}`)
const bucketOf = (rule: string) =>
  tf(
    `${keys}resource "aws_s3_bucket" "tenant_backups" {\n for_each = toset(["north"])\n}\nresource "aws_s3_bucket_server_side_encryption_configuration" "tenant_backups" {\n for_each = toset(["north"])\n bucket = aws_s3_bucket.tenant_backups[each.key].id\n rule {\n apply_server_side_encryption_by_default {\n${rule}\n}\n}\n}`,
  )
const job = (facts: object) => live('prometheus', 'scrape_job', { job_name: 'tenant-vm', ...facts })
const source = (facts: object) => live('grafana', 'datasource', { type: 'loki', ...facts })
const namespace = (name: string) => live('kubernetes', 'namespace', { metadata: { name } })
const inside = (type: string, name: string) => live('kubernetes', type, { metadata: { namespace: name } })
const limits = (name: string) => together(inside('resourcequota', name), inside('limitrange', name))

const pods = (north: string, south: string) =>
  tf(
    `variable "range" {}\nresource "google_compute_subnetwork" "tenant" {\n for_each = { north = ["10.0.0.0/24", ${north}], south = ["10.0.1.0/24", ${south}] }\n ip_cidr_range = each.value[0]\n secondary_ip_range {\n range_name = "pods"\n ip_cidr_range = each.value[1]\n }\n}`,
  )
const everything = (lines: string) =>
  tf(`${account}resource "google_compute_firewall" "shared" {\n allow {\n protocol = "all"\n }\n${lines}\n}`)
const onBucket = (tenant: string, member: string) =>
  tf(
    `${account}resource "google_storage_bucket" "tenant" {\n for_each = toset(["north", "south"])\n name = each.key\n}\nresource "google_storage_bucket_iam_member" "x" {\n bucket = google_storage_bucket.tenant["${tenant}"].name\n role = "roles/storage.admin"\n member = ${member}\n}`,
  )

export const ten: Readonly<Record<string, Cases>> = {
  'TEN-01': {
    pass: [divided({}), sql(`${table}${on}`), sql(`${table}-- enabled below\n${on}`)],
    fail: [
      divided({ row_security: false }),
      divided({ force_row_security: false }),
      sql(table),
      sql(`${table}ALTER TABLE t ENABLE ROW LEVEL SECURITY;`),
      sql(`${table}${on}ALTER TABLE t NO FORCE ROW LEVEL SECURITY;`),
    ],
    unknown: [
      live('postgres', 'table', 'permission denied'),
      live('postgres', 'table', { tenant_columns: ['tenant'] }),
      sql(`${table}DO $$ BEGIN EXECUTE format('alter table %I enable row level security', 't'); END $$;`),
    ],
    notApplicable: [divided({ tenant_columns: [] }), sql('CREATE TABLE t (id int, note text);')],
  },
  'TEN-02': {
    pass: [
      policies({ ...all, using: own, with_check: own }),
      policies({ ...all, using: own }),
      policies({ ...all, using: 'true' }, { ...all, permissive: 'RESTRICTIVE', using: own }),
      together(
        policies({ ...all, using: own }, { ...all, roles: ['owner'], using: 'true' }),
        loginRole('owner', { login: false }),
        loginRole('app', { login: true, member_of: [] }),
      ),
    ],
    fail: [
      policies({ ...all, using: 'true' }),
      policies({ ...all, using: own, with_check: 'true' }),
      policies({ ...all, using: `(${own} OR (tenant_id IS NULL))` }),
      policies({
        ...all,
        using: "(tenant_id = COALESCE(current_setting('app.tenant'::text, true), tenant_id))",
      }),
      together(
        policies({ ...all, using: own }, { ...all, roles: ['owner'], using: 'true' }),
        loginRole('owner', { login: false }),
        loginRole('app', { login: true, member_of: ['owner'] }),
      ),
    ],
    unknown: [policies({ ...all, using: 'campus.may_see(tenant_id)' }), live('postgres', 'table', 'refused')],
    notApplicable: [live('postgres', 'table', { tenant_columns: [], policy: [] }), policies()],
  },
  'TEN-03': {
    pass: [relation({}), relation({ rights: ['INSERT'], seen: {} }), role({})],
    fail: [
      relation({ row_security: false }),
      relation({ policy: [{ ...openPolicy, using: 'true' }] }),
      relation({ seen: { unset: true, empty: false, nobody: false } }),
      role({ bypass_rls: true }),
    ],
    unknown: [
      live('postgres', 'tenant_relation', 'cannot be probed'),
      relation({ policy: [{ ...openPolicy, using: '(campus.may_see(tenant_id))' }] }),
      together(live('postgres', 'server', {}), live('postgres', 'table', { tenant_columns: ['tenant_id'] })),
    ],
    notApplicable: [role({ relations: 0 })],
  },
  'TEN-04': {
    pass: [schemas(['tenant_a'], 'tenant_a'), schemas(['tenant_a'], '"tenant_a", pg_catalog')],
    fail: [
      schemas(['tenant_a', 'tenant_b'], 'tenant_a'),
      schemas(['tenant_a'], null),
      schemas(['tenant_a'], 'tenant_a, public'),
    ],
    unknown: [live('postgres', 'tenant_schemas', 'refused')],
    notApplicable: [schemas([], null)],
  },
  'TEN-05': {
    pass: [
      named('tenant_a', database({})),
      together(named('tenant_a', database({})), named('tenant_b', database({ owner: 'south' }))),
    ],
    fail: [
      named('tenant_a', database({ public_connects: true })),
      together(named('tenant_a', database({})), named('tenant_b', database({}))),
    ],
    unknown: [live('postgres', 'database', 'refused')],
    notApplicable: [database({ is_tenants: false })],
  },
  'TEN-06': {
    pass: [
      tf(subnet('a', 'north', '"10.0.0.0/24"') + subnet('b', 'south', '"10.0.1.0/24"')),
      tf(subnet('a', 'north', '"10.0.0.0/24"') + subnet('b', 'north', '"10.0.0.0/16"')),
      tf(vpc('a', 'north') + vpc('b', 'north') + peering),
      pods('"10.8.0.0/16"', '"10.9.0.0/16"'),
    ],
    fail: [
      pods('"10.8.0.0/16"', '"10.8.128.0/17"'),
      tf(
        subnet('a', 'north', '"10.0.0.0/8"') +
          subnet('b', 'north', '"10.1.0.0/16"') +
          subnet('c', 'south', '"10.2.0.0/16"'),
      ),
      tf(subnet('a', 'north', '"10.0.0.0/16"') + subnet('b', 'south', '"10.0.1.0/24"')),
      tf(vpc('a', 'north') + vpc('b', 'south') + peering),
    ],
    unknown: [
      tf(`variable "c" {}\n${subnet('a', 'north', 'var.c')}`),
      pods('"10.8.0.0/16"', 'var.range'),
      tf(`${vpc('a', 'north')}resource "aws_vpc" "b" {}\n${peering}`),
      tf(
        'resource "google_compute_network" "tenant_north" {}\nresource "google_compute_network" "tenant_south" {}\nresource "google_compute_network_peering" "p" {\n network = google_compute_network.tenant_north.id\n peer_network = google_compute_network.tenant_south.id\n}',
      ),
    ],
    notApplicable: [
      tf('resource "aws_subnet" "a" {\n cidr_block = "10.0.0.0/24"\n}'),
      tf(`resource "aws_vpc" "a" {}\nresource "aws_vpc" "b" {}\n${peering}`),
    ],
  },
  'TEN-07': {
    pass: [
      firewall('target_tags = ["tenant-north"]'),
      firewall('target_tags = ["tenant-north"]\n source_tags = ["tenant-north"]'),
      firewall('target_tags = ["tenant-north"]\n source_tags = ["bastion"]'),
      firewall('target_service_accounts = ["app-north@campus.iam.gserviceaccount.com"]'),
      firewall('source_ranges = ["35.191.0.0/16", "130.211.0.0/22"]', 'health', ''),
      firewall('target_tags = ["web"]', 'shared', ''),
    ],
    fail: [
      firewall(''),
      firewall('target_tags = ["web"]'),
      firewall('', 'shared', ''),
      firewall('target_tags = ["tenant-northern"]'),
      firewall('target_tags = ["tenant-north"]\n source_tags = ["tenant-south"]'),
      firewall(
        'target_tags = ["tenant-north"]\n source_service_accounts = ["tenant-south@campus.iam.gserviceaccount.com"]',
      ),
      firewall('target_tags = ["tenant-north"]\n source_tags = ["tenant-south"]', 'shared', ''),
      everything('source_tags = ["vm"]\n target_tags = ["vm"]'),
    ],
    unknown: [
      firewall('target_tags = ["tenant-north"]\n source_tags = var.tags'),
      tf(
        `variable "t" {}\n${north}resource "google_compute_firewall" "tenant_web" {\n for_each = toset(["north"])\n allow {\n protocol = "tcp"\n }\n target_tags = var.t\n}`,
      ),
    ],
    notApplicable: [
      tf('resource "google_compute_firewall" "x" {\n allow {\n protocol = "tcp"\n }\n}'),
      firewall('direction = "EGRESS"'),
    ],
  },
  'TEN-08': {
    pass: [
      instance('labels = { tenant_id = each.key }'),
      tf(
        'provider "aws" {\n default_tags {\n tags = { tenant_id = "north" }\n }\n}\nresource "aws_s3_bucket" "tenant" {\n for_each = toset(["north"])\n}',
      ),
    ],
    fail: [instance(''), instance('labels = { team = "x" }')],
    unknown: [
      tf(
        'variable "l" {}\nresource "google_compute_instance" "tenant" {\n for_each = toset(["north"])\n labels = var.l\n}',
      ),
    ],
    // It looks at nothing else.
    notApplicable: [],
  },
  'TEN-09': {
    pass: [
      grant('google_storage_bucket_iam_member', 'role = "roles/storage.objectUser"'),
      onBucket('north', 'google_service_account.tenant["north"].member'),
      project(
        'role = "roles/storage.objectUser"\n condition {\n title = "own"\n expression = "resource.name.startsWith(\\"projects/_/buckets/${each.key}\\")"\n }',
      ),
      project(
        'role = "roles/storage.objectUser"\n condition {\n title = "own"\n expression = "resource.name.startsWith(\'x\')"\n }',
      ),
    ],
    fail: [
      project('role = "roles/storage.admin"'),
      project('role = "roles/secretmanager.secretAccessor"'),
      onBucket('south', 'google_service_account.tenant["north"].member'),
      onBucket('south', '"serviceAccount:${google_service_account.tenant["north"].email}"'),
      project(
        'role = "roles/storage.admin"\n condition {\n title = "until"\n expression = "request.time < timestamp(\'2030-01-01T00:00:00Z\')"\n }',
      ),
      tf(
        `${account}resource "google_project_iam_member" "x" {\n role = "roles/storage.admin"\n member = "serviceAccount:app-north@campus.iam.gserviceaccount.com"\n}`,
      ),
    ],
    unknown: [
      project('role = "roles/storage.admin"\n condition {\n title = "x"\n expression = var.expression\n }'),
      project(
        'role = "roles/storage.admin"\n condition {\n title = "x"\n expression = "resource.matchTag(\'campus/tenant\', \'north\')"\n }',
      ),
      tf(
        `variable "r" {}\n${account}resource "google_project_iam_member" "tenant" {\n for_each = google_service_account.tenant\n role = var.r\n}`,
      ),
    ],
    notApplicable: [
      tf('resource "google_project_iam_member" "x" {\n role = "roles/storage.admin"\n}'),
      project('role = "roles/logging.logWriter"'),
    ],
  },
  'TEN-10': {
    pass: [
      vault('kms_key_arn = aws_kms_key.tenant[each.key].arn'),
      bucketOf('kms_master_key_id = aws_kms_key.tenant[each.key].arn'),
    ],
    fail: [
      tf('resource "aws_s3_bucket" "tenant_backups" {\n for_each = toset(["north"])\n}'),
      bucketOf('sse_algorithm = "AES256"'),
      bucketOf('kms_master_key_id = aws_kms_key.tenant["south"].arn'),
      vault('kms_key_arn = aws_kms_key.tenant["north"].arn', 'all', ''),
      vault('kms_key_arn = aws_kms_key.tenant["south"].arn'),
      vault(''),
    ],
    unknown: [vault('kms_key_arn = var.k')],
    notApplicable: [
      tf('resource "aws_backup_vault" "x" {}'),
      tf(`${keys}resource "aws_s3_bucket" "pages" {}`),
    ],
  },
  'TEN-11': {
    pass: [
      job({ static_configs: [{ targets: ['a'], labels: { tenant: 'north' } }] }),
      job({ relabel_configs: [{ target_label: 'tenant', replacement: 'north' }] }),
      source({ jsonData: { httpHeaderName1: 'X-Scope-OrgID' } }),
      signed('TEN-11'),
    ],
    fail: [
      job({ static_configs: [{ targets: ['a'] }] }),
      job({ static_configs: [{ targets: ['a'], labels: { team: 'x' } }] }),
    ],
    unknown: [job({ file_sd_configs: [{ files: ['x.json'] }] }), source({}), signed('TEN-11', 'expired')],
    notApplicable: [live('prometheus', 'scrape_job', { job_name: 'node' }), source({ type: 'prometheus' })],
  },
  'TEN-12': {
    pass: [signed('TEN-12'), signed('TEN-12', 'current', '2027-01-31')],
    fail: [],
    unknown: [signed('TEN-12', 'expired'), signed('TEN-12', 'about a document that was changed since')],
    notApplicable: [],
  },
  'TEN-13': {
    pass: [
      together(namespace('tenant-a'), limits('tenant-a')),
      together(namespace('school-tenant'), limits('school-tenant')),
    ],
    fail: [namespace('tenant-a'), together(namespace('tenant-a'), limits('tenant-b'))],
    unknown: [live('kubernetes', 'namespace', 'is a template')],
    notApplicable: [namespace('monitoring')],
  },
}
