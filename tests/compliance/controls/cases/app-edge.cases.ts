/** Cases of the group APP, from APP-10. */
import { compose, dockerfile, live, service, task, tf, type Cases } from '../cases.ts'
import {
  added,
  answer,
  balancer,
  block,
  cdn,
  closed,
  custom,
  door,
  hidden,
  hiddenServer,
  html,
  location,
  sent,
  plan,
  pod,
  secured,
  server,
  steps,
  strict,
  telling,
  times,
  upload,
} from './app-sources.ts'
import { signed } from './signed.ts'

const classic = (protocol: string, lines: string) =>
  tf(
    `resource "aws_elb" "x" {\n listener {\n lb_protocol = ${protocol.startsWith('var.') ? protocol : `"${protocol}"`}\n }\n${lines}\n}`,
  )

const python = (line: string, command: string) => dockerfile(`FROM python:3.13\n${line}\nCMD [${command}]`)

export const appEdge: Readonly<Record<string, Cases>> = {
  'APP-10': {
    pass: [
      door({ page: { status: 200, header: { ...html, 'content-security-policy': strict } } }),
      location({ add_header: [`Content-Security-Policy "${strict}" always`] }),
    ],
    fail: [
      door({ page: { status: 200, header: html } }),
      door({
        page: {
          status: 200,
          header: {
            ...html,
            'content-security-policy': "script-src 'unsafe-inline'; frame-ancestors 'none'",
          },
        },
      }),
      location({ add_header: ["Content-Security-Policy default-src 'self'"] }),
    ],
    unknown: [closed, hidden, location({ add_header: ['Content-Security-Policy $policy'] })],
    notApplicable: [
      door({ page: { status: 200, header: { 'content-type': 'application/json' } } }),
      location({}),
    ],
  },
  'APP-11': {
    pass: [
      door({ page: { status: 200, header: { ...html, ...sent } } }),
      location({ add_header: added }),
      cdn(`${secured}${custom}`),
    ],
    fail: [
      door({ page: { status: 200, header: html } }),
      location({ add_header: ['X-Served-By campus'] }),
      cdn(secured),
    ],
    unknown: [
      closed,
      hidden,
      tf(
        'variable "c" {}\nresource "aws_cloudfront_response_headers_policy" "x" {\n security_headers_config = var.c\n}',
      ),
    ],
    notApplicable: [location({})],
  },
  'APP-12': {
    pass: [door({ page: { status: 200, header: { server: 'nginx' } } }), server({ server_tokens: 'off' })],
    fail: [
      door({ page: { status: 200, header: { server: 'nginx/1.18.0' } } }),
      door({ page: { status: 200, header: { 'x-powered-by': 'Express' } } }),
      server({}),
      server({ server_tokens: 'on' }),
    ],
    unknown: [closed, hiddenServer],
    // Every answer has headers.
    notApplicable: [],
  },
  'APP-13': {
    pass: [
      server({ listen: ['443 ssl default_server'], ssl_reject_handshake: 'on' }),
      server({ listen: ['80 default_server'], return: '444' }),
      door({ strange_host: { status: 421 } }),
    ],
    fail: [
      server({ listen: ['443 ssl default_server'] }),
      server({}),
      server({ listen: ['80 default_server'], return: '301 https://$host$request_uri' }),
      door({ strange_host: { status: 200 } }),
    ],
    unknown: [hiddenServer, closed, door({})],
    notApplicable: [server({ context: 'stream' }), door({ url: 'http://127.0.0.1:5001' })],
  },
  'APP-14': {
    pass: [server(times), server({ ...times, client_max_body_size: '1g', keepalive_timeout: '5' })],
    fail: [
      server({}),
      server({ ...times, keepalive_timeout: '65' }),
      server({ ...times, client_max_body_size: '0' }),
    ],
    unknown: [hiddenServer, server({ ...times, client_body_timeout: '$time' })],
    notApplicable: [server({ context: 'stream' })],
  },
  'APP-15': {
    pass: [
      location({ match: '/files/', alias: '/srv/files/' }),
      location({ proxy_pass: 'http://app:5001' }),
      server({ return: '301 https://campus.example$request_uri' }),
    ],
    fail: [
      location({ match: '/files', alias: '/srv/files/' }),
      server({ return: '301 https://campus.example$uri' }),
      location({ proxy_pass: 'http://$arg_host/' }),
      location({ add_header: ['X-Path $uri'] }),
      server({ if: [{ condition: '$scheme = http', return: '301 https://campus.example$document_uri' }] }),
    ],
    unknown: [hidden],
    notApplicable: [live('nginx', 'location', { match: '/static/', root: '/srv' })],
  },
  'APP-16': {
    pass: [
      location({ proxy_set_header: ['Host $host', 'X-Real-IP $remote_addr'] }),
      location({
        proxy_set_header: ['X-Forwarded-For $proxy_add_x_forwarded_for'],
        real_ip_header: 'X-Forwarded-For',
        set_real_ip_from: ['10.0.0.0/8'],
      }),
    ],
    fail: [
      location({}),
      location({ proxy_set_header: ['X-Real-IP $remote_addr'], set_real_ip_from: ['0.0.0.0/0'] }),
      location({ proxy_set_header: ['X-Real-IP $remote_addr'], real_ip_header: 'X-Forwarded-For' }),
    ],
    unknown: [hidden],
    notApplicable: [live('nginx', 'location', { match: '/static/', root: '/srv' })],
  },
  'APP-17': {
    pass: [
      balancer('drop_invalid_header_fields = true'),
      balancer('drop_invalid_header_fields = true\n desync_mitigation_mode = "strictest"'),
      classic('https', ''),
    ],
    fail: [
      balancer(''),
      balancer('drop_invalid_header_fields = true\n desync_mitigation_mode = "monitor"'),
      classic('HTTPS', 'desync_mitigation_mode = "monitor"'),
      classic('var.protocol', 'desync_mitigation_mode = "monitor"'),
    ],
    unknown: [
      tf('variable "d" {}\nresource "aws_lb" "x" {\n drop_invalid_header_fields = var.d\n}'),
      classic('http', 'desync_mitigation_mode = var.mode'),
    ],
    notApplicable: [
      balancer('load_balancer_type = "network"'),
      classic('tcp', 'desync_mitigation_mode = "monitor"'),
    ],
  },
  'APP-18': {
    pass: [
      dockerfile('FROM a:1\nENV NODE_ENV=production\nCMD ["node", "main.js"]'),
      service('environment:\n  NODE_ENV: production'),
      pod({ env: [{ name: 'NODE_ENV', value: 'production' }], command: ['node', 'main.js'] }),
      python('RUN pip install requests', '"python", "worker.py"'),
      python('RUN pip install flask gunicorn', '"gunicorn", "app:app"'),
      service('command: npm run device-sync'),
      service('command: python manage.py migrate'),
    ],
    fail: [
      python('RUN pip install flask', '"python", "app.py"'),
      python('RUN pip install --no-cache-dir "Flask==3.1.0"', '"python3", "-u", "src/app.py"'),
      ...[
        'flask --app app run --host=0.0.0.0',
        'flask --app app --debug run',
        'yarn dev',
        'pnpm run dev',
        'npx next dev',
        'ng serve --host 0.0.0.0',
        'bundle exec rails s -b 0.0.0.0',
        'php artisan serve',
        'php -S 0.0.0.0:80',
      ].map((command) => service(`command: ${command}`)),
      service('entrypoint: flask\ncommand: ["--app", "app", "run"]'),
      pod({ command: ['flask'], args: ['--app', 'app', 'run'] }),
      task('command = ["flask", "--app", "app", "run"]'),
      dockerfile('FROM a:1\nENV FLASK_DEBUG=1'),
      service('command: flask run'),
      service('environment:\n  DEBUG: "true"'),
      task('environment = [{ name = "DJANGO_DEBUG", value = "True" }]'),
      pod({ env: [{ name: 'FLASK_DEBUG', value: '1' }] }),
      pod({ args: ['uvicorn', 'main:app', '--reload'] }),
      live('ecs', 'task_definition', {
        container_definitions: [{ environment: [{ name: 'DEBUG', value: '1' }] }],
      }),
    ],
    unknown: [
      python('RUN pip install -r requirements.txt', '"python", "app.py"'),
      python('RUN pip install flask waitress', '"python", "app.py"'),
      python('COPY --from=build /venv /venv', '"python", "app.py"'),
      service('command: python app.py'),
      service('command: ${COMMAND}'),
      task('command = var.command'),
      service('environment:\n  DEBUG: ${DEBUG}'),
      live('kubernetes', 'deployment', 'is a template'),
      live('ecs', 'task_definition', 'could not be read'),
    ],
    notApplicable: [compose('services:\n  app:\n    image: app:1.0.0'), pod({ image: 'app:1.0.0' })],
  },
  'APP-19': {
    pass: [
      telling('/metrics', 404),
      telling('/metrics', 200, 'http://10.0.0.4:5001'),
      location({ match: '/metrics', allow: ['10.0.0.0/8'], deny: ['all'] }),
      location({ match: '/docs', auth_basic: '"staff"' }),
    ],
    fail: [
      telling('/metrics', 200),
      location({ match: '= /metrics' }),
      location({ match: '/x', stub_status: '' }),
    ],
    unknown: [
      closed,
      hidden,
      door({ unknown_path: { status: 200 }, open: [{ path: '/docs', status: 200 }] }),
    ],
    notApplicable: [location({})],
  },
  'APP-20': {
    pass: [
      steps('uses: github/codeql-action/analyze@v3'),
      steps('run: semgrep ci'),
      steps('run: npm ci', 'run: docker run --rm -v .:/src semgrep/semgrep semgrep scan'),
      signed('APP-20'),
    ],
    fail: [
      steps('run: npm test'),
      steps('uses: actions/checkout@v4', 'run: make'),
      steps('run: npm ci', "run: 'echo semgrep scan'"),
      steps('run: semgrep ci || true'),
      steps('run: semgrep ci\n        continue-on-error: true'),
    ],
    unknown: [live('workflow', 'workflow', 'is a template'), signed('APP-20', 'expired')],
    notApplicable: [],
  },
  'APP-21': {
    pass: [
      service('environment:\n  REQUEST_TIMEOUT: "10"\n  MAX_RETRIES: "3"'),
      service('environment:\n  HTTP_TIMEOUT_MS: "8000"'),
      answer('APP-21.breakers', 4),
      signed('APP-21'),
    ],
    fail: [service('environment:\n  REQUEST_TIMEOUT: "120"'), service('environment:\n  MAX_RETRIES: "50"')],
    unknown: [service('environment:\n  REQUEST_TIMEOUT: ${T}'), answer('APP-21.breakers')],
    notApplicable: [service('image: app:1.0.0')],
  },
  'APP-22': {
    pass: [
      upload(`${block}${plan}`),
      upload(
        `${block}resource "aws_s3_bucket_notification" "u" {\n bucket = aws_s3_bucket.uploads.id\n lambda_function {\n lambda_function_arn = "arn:aws:lambda:us-east-1:1:function:clamav-scan"\n }\n}`,
      ),
    ],
    fail: [upload(''), upload(block), upload(plan)],
    unknown: [
      upload(
        `${block}resource "aws_s3_bucket_notification" "u" {\n bucket = aws_s3_bucket.uploads.id\n queue {\n queue_arn = "arn:aws:sqs:us-east-1:111122223333:scanned-documents-ocr"\n }\n}`,
      ),
      upload(`${block}resource "aws_s3_bucket_notification" "u" {\n bucket = aws_s3_bucket.uploads.id\n}`),
      signed('APP-22', 'expired'),
    ],
    notApplicable: [tf('resource "aws_s3_bucket" "logs" {\n bucket = "campus-logs"\n}')],
  },
}
