/** Cases of the group TLS. */
import { nginxReader } from '../../../../compliance/gather/nginx/nginx.ts'
import { file, live, named, service, task, tf, together, type Cases, type Source } from '../cases.ts'
import { postgres } from './tls-postgres.cases.ts'

const cdn = (lines: string) => tf(`resource "aws_cloudfront_distribution" "x" {\n${lines}\n}`)
const viewer = (lines: string) => cdn(`viewer_certificate {\n${lines}\n}`)
const behaviors = (first: string, second = '') =>
  cdn(
    `default_cache_behavior {\n viewer_protocol_policy = ${first}\n}\n${
      second === '' ? '' : `ordered_cache_behavior {\n viewer_protocol_policy = ${second}\n}`
    }`,
  )
const nginx = (text: string) => file(nginxReader, 'nginx.conf', text)
const server = (lines: string, around = '') =>
  nginx(`http {\n${around}\n server {\n listen 443 ssl;\n${lines}\n }\n}`)
const plain = nginx('http {\n server {\n listen 80;\n }\n}')
const alone = file(nginxReader, 'conf.d/app.conf', 'server {\n listen 443 ssl;\n}')
const order = 'ssl_prefer_server_ciphers on;'
const hsts = 'add_header Strict-Transport-Security "max-age=31536000; includeSubDomains" always;'
const headers = (lines: string) =>
  tf(
    `resource "aws_cloudfront_response_headers_policy" "x" {\n security_headers_config {\n strict_transport_security {\n${lines}\n }\n }\n}`,
  )
const door = (url: string, header: object) => live('http', 'door', { url, page: { status: 200, header } })
const good = { is_trusted: true, is_complete: true, matches_name: true, error: '', days_left: 60 }
const handshake = (certificate: object) =>
  live('http', 'tls', { certificate: { ...good, signature: 'ecdsa-with-SHA256', ...certificate } })
const silent = live('http', 'tls', 'does not answer in time')
const job = (target: string) =>
  live('prometheus', 'scrape_job', {
    metrics_path: '/probe',
    static_configs: [{ targets: [target] }],
  })
const alert = (expr: string) => named('expiry', live('prometheus', 'alert', { expr }))
const acm = (lines: string) => tf(`resource "aws_acm_certificate" "x" {\n${lines}\n}`)
const key = (lines: string) => tf(`resource "tls_private_key" "x" {\n${lines}\n}`)
const request = (spec: object) => live('kubernetes', 'certificate', { spec })
const volume = (line: string) =>
  tf(
    `resource "aws_ecs_task_definition" "x" {\n volume {\n name = "v"\n efs_volume_configuration {\n file_system_id = "fs-1"\n${line}\n }\n }\n}`,
  )
const target = (lines: string) => tf(`resource "aws_lb_target_group" "x" {\n${lines}\n}`)
const signed = (state: string): Source => named('TLS-15', live('attestation', 'statement', { state }))
const prometheus = (attributes: object) => live('prometheus', 'config', { ...attributes })
const datasource = (attributes: object) => live('grafana', 'datasource', { ...attributes })

export const tls: Readonly<Record<string, Cases>> = {
  ...postgres,
  'TLS-02': {
    pass: [
      viewer('acm_certificate_arn = "a"\n minimum_protocol_version = "TLSv1.2_2021"'),
      viewer('acm_certificate_arn = "a"\n minimum_protocol_version = "TLSv1.3_2025"'),
    ],
    fail: [
      viewer('cloudfront_default_certificate = true'),
      viewer('acm_certificate_arn = "a"\n minimum_protocol_version = "TLSv1.2_2019"'),
      cdn(''),
    ],
    unknown: [
      viewer('acm_certificate_arn = "a"\n minimum_protocol_version = var.version'),
      viewer('cloudfront_default_certificate = var.own'),
    ],
    notApplicable: [cdn('count = 0')],
  },
  'TLS-03': {
    pass: [behaviors('"redirect-to-https"'), behaviors('"https-only"', '"redirect-to-https"')],
    fail: [behaviors('"allow-all"'), behaviors('"https-only"', '"allow-all"')],
    unknown: [
      behaviors('var.policy'),
      cdn(
        'default_cache_behavior {\n viewer_protocol_policy = "https-only"\n}\ndynamic "ordered_cache_behavior" {\n for_each = var.b\n content {}\n}',
      ),
    ],
    notApplicable: [cdn('count = 0')],
  },
  'TLS-05': {
    pass: [server('ssl_protocols TLSv1.2 TLSv1.3;'), server('', 'ssl_protocols TLSv1.3;')],
    fail: [
      server(''),
      server('ssl_protocols TLSv1 TLSv1.2;'),
      server('ssl_protocols TLSv1.1;', 'ssl_protocols TLSv1.3;'),
    ],
    unknown: [alone, server('include /etc/letsencrypt/options-ssl-nginx.conf;'), server('ssl_protocols $p;')],
    notApplicable: [plain],
  },
  'TLS-06': {
    pass: [
      server(`ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20;\n${order}`),
      server(`ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-CHACHA20-POLY1305;\n${order}`),
      server(`ssl_ciphers HIGH:!SHA1:!aNULL:!MD5;\n${order}`),
      server('ssl_protocols TLSv1.3;'),
    ],
    fail: [
      server(order),
      server(`ssl_ciphers HIGH:!aNULL:!MD5;\n${order}`),
      server('ssl_ciphers ECDHE+AESGCM;'),
      server(`ssl_ciphers ECDHE-RSA-AES256-GCM-SHA384:DES-CBC3-SHA;\n${order}`),
      server(`ssl_ciphers ALL:!aNULL:!eNULL:!SHA1;\n${order}`),
    ],
    unknown: [alone, server(`ssl_ciphers PROFILE=SYSTEM;\n${order}`), server(`ssl_ciphers $c;\n${order}`)],
    notApplicable: [plain],
  },
  'TLS-07': {
    pass: [
      server(hsts),
      server('location / { }', hsts),
      headers('access_control_max_age_sec = 63072000\n include_subdomains = true\n override = true'),
      door('https://campus.example', {
        'strict-transport-security': 'max-age=31536000; includeSubDomains; preload',
      }),
    ],
    fail: [
      server(''),
      server(`${hsts}\nlocation /api { add_header X-A b; }`),
      server('add_header Strict-Transport-Security "max-age=600; includeSubDomains";'),
      server('add_header Strict-Transport-Security max-age=31536000;'),
      headers('access_control_max_age_sec = 60\n include_subdomains = true\n override = true'),
      headers('access_control_max_age_sec = 31536000\n override = true'),
      door('https://campus.example', {}),
    ],
    unknown: [
      alone,
      server('add_header Strict-Transport-Security $hsts;'),
      headers('access_control_max_age_sec = var.age\n include_subdomains = true'),
      live('http', 'door', 'does not answer: ECONNREFUSED'),
    ],
    notApplicable: [plain, door('http://campus.example', {})],
  },
  'TLS-08': {
    pass: [
      handshake({}),
      together(job('https://campus.example'), alert('probe_ssl_earliest_cert_expiry - time() < 86400 * 21')),
    ],
    fail: [
      handshake({ days_left: 20 }),
      handshake({ matches_name: false }),
      handshake({ is_complete: false, is_trusted: false, error: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }),
      handshake({ is_trusted: false, error: 'CERT_HAS_EXPIRED' }),
      together(job('https://campus.example'), alert('up == 0')),
    ],
    unknown: [silent, job('https://campus.example')],
    notApplicable: [job('http://campus.example')],
  },
  'TLS-09': {
    pass: [
      acm('domain_name = "campus.example"\n validation_method = "DNS"'),
      tf('resource "google_compute_managed_ssl_certificate" "x" {}'),
      service(
        'image: certbot/certbot:v3.0.0\nentrypoint: ["/bin/sh", "-c", "while :; do certbot renew; sleep 12h; done"]',
      ),
      request({ secretName: 'tls', renewBefore: '360h' }),
    ],
    fail: [
      acm('validation_method = "EMAIL"'),
      acm('certificate_body = "-----BEGIN CERTIFICATE-----"\n private_key = var.key'),
      tf('resource "aws_iam_server_certificate" "x" {\n name = "x"\n}'),
      service('image: certbot/certbot:v3.0.0\ncommand: certonly --webroot -d campus.example'),
      request({ secretName: 'tls', renewBefore: '0h' }),
    ],
    unknown: [
      acm('validation_method = var.method'),
      service('image: certbot/certbot:v3.0.0\ncommand: ${COMMAND}'),
      live('kubernetes', 'certificate', 'cannot be read'),
    ],
    notApplicable: [acm('count = 0\n validation_method = "EMAIL"')],
  },
  'TLS-10': {
    pass: [
      acm('validation_method = "DNS"'),
      acm('key_algorithm = "EC_secp384r1"'),
      key('algorithm = "RSA"'),
      key('algorithm = "ED25519"'),
      handshake({ key: { type: 'ec', curve: 'prime256v1' } }),
      handshake({ key: { type: 'rsa', bits: 4096 }, signature: 'sha256WithRSAEncryption' }),
    ],
    fail: [
      acm('key_algorithm = "RSA_1024"'),
      key('algorithm = "RSA"\n rsa_bits = 1024'),
      key('algorithm = "ECDSA"'),
      handshake({ key: { type: 'rsa', bits: 1024 } }),
      handshake({ key: { type: 'rsa', bits: 2048 }, signature: 'sha1WithRSAEncryption' }),
      handshake({ key: { type: 'ec', curve: 'secp224r1' } }),
    ],
    unknown: [
      acm('key_algorithm = var.algorithm'),
      acm('certificate_body = file("a.pem")'),
      key('algorithm = var.a'),
      silent,
    ],
    notApplicable: [key('count = 0\n algorithm = "ECDSA"')],
  },
  'TLS-14': {
    pass: [
      volume('transit_encryption = "ENABLED"'),
      live('ecs', 'task_definition', {
        volumes: [{ efsVolumeConfiguration: { fileSystemId: 'fs-1', transitEncryption: 'ENABLED' } }],
      }),
    ],
    fail: [
      volume(''),
      volume('transit_encryption = "DISABLED"'),
      live('ecs', 'task_definition', { volumes: [{ efsVolumeConfiguration: { fileSystemId: 'fs-1' } }] }),
      live('ecs', 'task_definition', {
        volume: [{ efs_volume_configuration: [{ file_system_id: 'fs-1' }] }],
      }),
    ],
    unknown: [
      volume('transit_encryption = var.tls'),
      tf(
        'resource "aws_ecs_task_definition" "x" {\n dynamic "volume" {\n for_each = var.v\n content {}\n }\n}',
      ),
    ],
    notApplicable: [task('image = "app:1"')],
  },
  'TLS-15': {
    pass: [
      target('protocol = "HTTPS"'),
      tf('resource "google_compute_backend_service" "x" {\n protocol = "HTTP2"\n}'),
      together(target('protocol = "HTTP"'), signed('current')),
    ],
    fail: [
      target('protocol = "HTTP"'),
      tf('resource "google_compute_backend_service" "x" {}'),
      together(target('protocol = "HTTP"'), signed('expired')),
    ],
    unknown: [target('protocol = var.protocol'), target('')],
    notApplicable: [target('protocol = "TCP"'), target('target_type = "lambda"'), signed('expired')],
  },
  'TLS-16': {
    pass: [
      prometheus({ remote_write: [{ url: 'https://metrics.example/write' }] }),
      prometheus({ alerting: { alertmanagers: [{ static_configs: [{ targets: ['alertmanager:9093'] }] }] } }),
      datasource({ url: 'http://prometheus:9090' }),
      live('alertmanager', 'receiver', { webhook_configs: [{ url: 'http://127.0.0.1:5002/hook' }] }),
    ],
    fail: [
      prometheus({ remote_write: [{ url: 'http://metrics.example/write' }] }),
      prometheus({
        remote_write: [{ url: 'https://metrics.example/write', tls_config: { insecure_skip_verify: true } }],
      }),
      prometheus({ alerting: { alertmanagers: [{ static_configs: [{ targets: ['10.0.0.5:9093'] }] }] } }),
      datasource({ url: 'http://grafana.example' }),
      live('alertmanager', 'receiver', { webhook_configs: [{ url: 'http://hooks.example/x' }] }),
    ],
    unknown: [
      prometheus({ remote_write: [{ url: '${REMOTE}' }] }),
      live('grafana', 'datasource', 'cannot be read'),
      live('prometheus', 'config', 'cannot be read'),
    ],
    notApplicable: [prometheus({ scrape_configs: [] }), live('alertmanager', 'receiver', { name: 'nobody' })],
  },
}
