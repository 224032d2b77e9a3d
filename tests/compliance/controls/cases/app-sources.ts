/** Doors, blocks of nginx and the like for the cases of the group APP. */
import { githubReader } from '../../../../compliance/gather/workflow/github.ts'
import { file, live, named, tf, type Source } from '../cases.ts'

export const page = { status: 200, header: {} }
export const door = (facts: object) => live('http', 'door', { url: 'https://campus.example', page, ...facts })
export const closed = live('http', 'door', 'does not answer: ECONNREFUSED')
export const answer = (item: string, ...values: readonly number[]): Source =>
  named(item, live('metrics', 'answer', { samples: values.map((value) => ({ value, labels: {} })) }))
export const location = (facts: object) =>
  live('nginx', 'location', { match: '/api/', proxy_pass: 'http://app', ...facts })
export const server = (facts: object) =>
  live('nginx', 'server', { context: 'http', listen: ['443 ssl'], ...facts })
export const hidden = live('nginx', 'location', 'could not be read')
export const hiddenServer = live('nginx', 'server', 'could not be read')
export const zone = (name: string, rate: string, key = '$binary_remote_addr') =>
  `${key} zone=${name}:10m rate=${rate}`
export const keys = (...all: readonly object[]) => ({ status: 200, keys: all })
export const es256 = { kty: 'EC', alg: 'ES256', crv: 'P-256' }
export const forged = (none: number, hs256: number) => ({ none: { status: none }, hs256: { status: hs256 } })
export const acl = (rules: string) => tf(`resource "aws_wafv2_web_acl" "x" {\n${rules}\n}`)
/** Rules of a firewall that limit the rate. */
export const rateRule = (limit: string, more = '', action = 'block {}') =>
  `rule {\n action {\n ${action}\n }\n statement {\n rate_based_statement {\n limit = ${limit}\n${more}\n }\n }\n}\n`
export const rate = (limit: string) => acl(rateRule(limit))
export const burst = (refused: number) => ({ sent: 60, answered: 60, refused })
export const session = (second: number, age = 604_800) =>
  door({
    session: {
      login: { status: 200, cookie: [{ name: 'refresh', max_age: age }] },
      refresh: { first: { status: 200 }, second: { status: second } },
    },
  })
export const origins = (foreign: object, none: object = {}) =>
  door({ foreign_origin: { status: 204, header: foreign }, null_origin: { status: 204, header: none } })
export const allowed = 'access-control-allow-origin'
export const cors = (list: string) =>
  tf(
    `resource "aws_s3_bucket_cors_configuration" "x" {\n bucket = "x"\n cors_rule {\n allowed_methods = ["GET"]\n allowed_origins = ${list}\n }\n}`,
  )
export const balancer = (lines: string) => tf(`resource "aws_lb" "x" {\n${lines}\n}`)
export const times = {
  client_body_timeout: '10s',
  client_header_timeout: '5s',
  keepalive_timeout: '10s 5s',
  client_max_body_size: '10m',
}
export const pod = (container: object) =>
  live('kubernetes', 'deployment', {
    spec: { template: { spec: { containers: [{ name: 'app', ...container }] } } },
  })
export const steps = (...lines: readonly string[]) =>
  file(
    githubReader,
    '.github/workflows/ci.yml',
    `on: pull_request
jobs:
  a:
    steps:
${lines
  .map(
    (line) => `      - ${line}
`,
  )
  .join('')}`,
  )
export const upload = (beside: string) =>
  tf(`resource "aws_s3_bucket" "uploads" {\n bucket = "campus-uploads"\n}\n${beside}`)
export const block =
  'resource "aws_s3_bucket_public_access_block" "u" {\n bucket = aws_s3_bucket.uploads.id\n block_public_acls = true\n block_public_policy = true\n ignore_public_acls = true\n restrict_public_buckets = true\n}\n'
export const plan =
  'resource "aws_guardduty_malware_protection_plan" "u" {\n protected_resource {\n s3_bucket {\n bucket_name = aws_s3_bucket.uploads.id\n }\n }\n}\n'
export const html = { 'content-type': 'text/html' }
export const strict = "default-src 'self'; frame-ancestors 'none'"
export const sent = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'camera=()',
  'x-frame-options': 'DENY',
}
export const added = Object.entries(sent).map(([name, value]) => `${name} ${value}`)
export const cdn = (lines: string) =>
  tf(`resource "aws_cloudfront_response_headers_policy" "x" {\n${lines}\n}`)
export const secured =
  'security_headers_config {\n content_type_options {\n override = true\n }\n referrer_policy {\n referrer_policy = "no-referrer"\n override = true\n }\n frame_options {\n frame_option = "DENY"\n override = true\n }\n}\n'
export const custom =
  'custom_headers_config {\n items {\n header = "Permissions-Policy"\n value = "camera=()"\n override = true\n }\n}\n'
export const telling = (path: string, status: number, url = 'https://campus.example') =>
  door({ url, unknown_path: { status: 404 }, open: [{ path, status }] })
export const cookie = (facts: object) => ({
  status: 200,
  cookie: [{ name: 'session', secure: true, http_only: true, same_site: 'strict', ...facts }],
})
