/** Cases of the group CTR. */
import { gatherTaskDefinition } from '../../../../compliance/gather/ecs.ts'
import { kubernetesReader } from '../../../../compliance/gather/kubernetes/kubernetes.ts'
import { compose, dockerfile, file, live, service, tf, together, type Cases, type Source } from '../cases.ts'

const pod = (container: string, spec = '', beside = '') =>
  file(
    kubernetesReader,
    'k8s/pod.yaml',
    `apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: campus }\nspec:\n  containers: [{ name: a, image: 'a:1.0', ${container} }]\n${spec}${beside}`,
  )
const noPod = tf('resource "kubernetes_pod" "x" {\n count = 0\n}')
const hidden = live('kubernetes', 'pod', 'is a template')
const task = (definition: object): Source => {
  const bytes = new TextEncoder().encode(JSON.stringify({ family: 'a', ...definition }))
  return () => gatherTaskDefinition({ file: 'task.json', bytes }).resources
}
const container = (fields: object) => task({ containerDefinitions: [{ name: 'a', ...fields }] })
const registry = (lines: string, beside = '') =>
  tf(`resource "aws_ecr_repository" "x" {\n name = "campus/api"\n${lines}\n}\n${beside}`)
const scans = 'image_scanning_configuration {\n scan_on_push = true\n }'
const scanning = (frequency: string) =>
  `resource "aws_ecr_registry_scanning_configuration" "x" {\n rule {\n scan_frequency = ${frequency}\n repository_filter {\n filter = "*"\n filter_type = "WILDCARD"\n }\n }\n}`
const cluster = (lines: string) => tf(`resource "aws_ecs_cluster" "x" {\n${lines}\n}`)
const insights = (value: string) => `setting {\n name = "containerInsights"\n value = ${value}\n }`
const statement =
  (state: string): Source =>
  () =>
    live('attestation', 'statement', { state, expires: '2027-01-01' })().map((each) => ({
      ...each,
      name: 'CTR-25',
    }))
const started = (command: string) => dockerfile(`FROM a:1\nHEALTHCHECK CMD ${command}`)
const once = `services:
  one: { image: 'a:1.0', depends_on: { other: { condition: service_completed_successfully } } }
  other: { image: 'a:1.0', restart: 'no', depends_on: { one: { condition: service_completed_successfully } } }`
const account = '---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: app, namespace: campus }\n'
const binding =
  '---\napiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: { name: b, namespace: campus }\nsubjects: [{ kind: ServiceAccount, name: app }]\n'

export const ctr: Readonly<Record<string, Cases>> = {
  'CTR-11': {
    pass: [
      dockerfile('FROM node:24.4.1'),
      service('image: ghcr.io/campus/api:1.0.0'),
      service('image: 111122223333.dkr.ecr.us-east-1.amazonaws.com/api:1.0.0'),
      pod(''),
      container({ image: 'public.ecr.aws/docker/library/node:24.4.1' }),
    ],
    fail: [
      dockerfile('FROM 203.0.113.7:5000/node:24.4.1'),
      service('image: ttl.sh/api:1.0.0'),
      service('image: localhost:5000/api:1.0.0'),
      container({ image: 'images.example/api:1.0.0' }),
    ],
    unknown: [service('image: ${IMAGE}'), dockerfile('ARG I\nFROM $I'), hidden],
    notApplicable: [dockerfile('FROM scratch'), service('build: .')],
  },
  'CTR-14': {
    pass: [
      dockerfile('FROM a:1\nRUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*'),
      dockerfile('FROM a:1\nRUN apk add --no-cache curl'),
      dockerfile(
        'FROM a:1\nRUN --mount=type=cache,target=/var/lib/apt apt-get update && apt-get install -y curl',
      ),
      dockerfile('FROM a:1 AS build\nRUN apt-get update && apt-get install -y gcc\nFROM a:1\nEXPOSE 5001'),
      dockerfile('FROM a:1\nRUN echo sudo apt-get update'),
    ],
    fail: [
      dockerfile('FROM a:1\nRUN apt-get update'),
      dockerfile('FROM a:1\nRUN apt-get update && apt-get install -y curl'),
      dockerfile('FROM a:1\nRUN apk add curl'),
      dockerfile('FROM a:1\nRUN sudo make install'),
      dockerfile('FROM a:1\nEXPOSE 5001 22/tcp'),
    ],
    unknown: [live('dockerfile', 'stage', 'cannot be read')],
    notApplicable: [dockerfile('FROM a:1\nCOPY a b')],
  },
  'CTR-15': {
    pass: [
      dockerfile('FROM a:1\nRUN curl -fsSL https://a.example/x | grep -k lol'),
      dockerfile('FROM a:1\nRUN timeout -k 5 60 curl --fail https://a.example'),
      dockerfile('FROM a:1\nENV NODE_TLS_REJECT_UNAUTHORIZED=1'),
      service('environment: { NODE_ENV: production }'),
      service("healthcheck: { test: [CMD, curl, -fk, 'https://localhost:8443/health'] }"),
      dockerfile('FROM a:1\nHEALTHCHECK CMD curl -fk https://127.0.0.1/health || exit 1'),
      started(
        'curl -fskm 5 -o /dev/null -w "%{http_code}" --header "Host: a.example" https://localhost:8443/x',
      ),
      started(
        'curl --insecure --max-time=5 https://[::1]:8443/x https://127.0.0.1 > /dev/null 2>&1 || exit 1',
      ),
      started('timeout 5 wget --no-check-certificate -nv -qO- -T 5 --spider https://localhost:${PORT}/x'),
    ],
    fail: [
      // A variable is for all that runs; other options and operands lead elsewhere.
      dockerfile('FROM a:1\nCMD NODE_TLS_REJECT_UNAUTHORIZED=0 node app.js --api https://localhost'),
      started('NODE_TLS_REJECT_UNAUTHORIZED=0 curl https://localhost'),
      started('export NODE_TLS_REJECT_UNAUTHORIZED=0 https://localhost'),
      started('aws --no-verify-ssl s3 ls --endpoint-url https://localhost s3://a'),
      started('https_proxy=https://a.example curl -k https://localhost'),
      ...[
        '--url=https://a.example/ https://localhost/',
        '--url https://a.example/ https://localhost/',
        'https://localhost/ --next https://a.example/y',
        'https://localhost/ -: https://a.example/y',
        'https://localhost/ a.example/y',
        '-x https://a.example https://localhost/',
        '-sx https://a.example https://localhost/',
        '--proxy https://a.example https://localhost/',
        '--resolve localhost:443:192.0.2.1 https://localhost/',
        '--connect-to ::a.example:443 https://localhost/',
        '-K /etc/curl https://localhost/',
        'https://localhost:a@a.example/',
        'https://localhost.a.example/',
        '-H https://localhost/ $URL',
      ].map((rest) => started(`curl -k ${rest}`)),
      started('wget --no-check-certificate -i /urls https://localhost'),
      started('wget --no-check-certificate -e use_proxy=on https://localhost'),
      dockerfile('FROM a:1\nHEALTHCHECK --interval=5s CMD curl -fk https://a.example/health || exit 1'),
      dockerfile('FROM a:1\nCMD ["sh", "-c", "wget --no-check-certificate https://a.example"]'),
      dockerfile("FROM a:1\nRUN find . -name '*.url' -exec curl -k -K {} \\;"),
      service('healthcheck: { test: [CMD-SHELL, "curl -k https://a.example || exit 1"] }'),
      service('healthcheck: { test: "curl -k https://a.example" }'),
      service('command: [curl, --insecure, "https://a.example"]'),
      service("env_file: a.env\nenvironment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }"),
      dockerfile('FROM a:1\nRUN curl -Lkv https://a.example'),
      dockerfile('FROM a:1\nRUN curl \\\n    --insecure \\\n    https://a.example'),
      dockerfile('FROM a:1\nRUN npm config set strict-ssl false && npm ci'),
      dockerfile('FROM a:1\nRUN git -c http.sslVerify=false clone https://a.example/x'),
      dockerfile('FROM a:1\nRUN GIT_SSL_NO_VERIFY=1 git clone https://a.example/x'),
      dockerfile('FROM a:1\nENV GIT_SSL_NO_VERIFY=true'),
      service("environment: { NODE_TLS_REJECT_UNAUTHORIZED: '0' }"),
      dockerfile('FROM a:1\nRUN timeout 60 curl -k https://a.example'),
      dockerfile('FROM a:1\nRUN case $A in x) curl -k https://a.example ;; esac'),
      dockerfile('FROM a:1\nRUN sh -c "curl -k https://a.example | sh"'),
      dockerfile('FROM a:1\nRUN ["bash", "-c", "curl -k https://a.example | bash"]'),
      dockerfile('FROM a:1\nRUN [ -f /x ] || curl -k https://a.example'),
    ],
    unknown: [
      dockerfile(`FROM a:1\nRUN ${'$('.repeat(9)}a${')'.repeat(9)}; curl -k https://a.example`),
      service('environment: { NODE_TLS_REJECT_UNAUTHORIZED: "${X}" }'),
      service('env_file: [a.env]\nenvironment: { NODE_ENV: production }'),
      service('command: [curl, "${X}"]'),
      dockerfile('FROM a:1\nENV NODE_TLS_REJECT_UNAUTHORIZED=$X'),
    ],
    notApplicable: [service('image: app:1.0.0'), dockerfile('FROM a:1\nCOPY a b')],
  },
  'CTR-17': {
    pass: [
      service('volumes: [data:/srv/data]', 'volumes: { data: {} }'),
      service('volumes: ["./nginx.conf:/etc/nginx/nginx.conf:ro", "./data:/var/lib/postgresql/data"]'),
      pod('', '  volumes: [{ name: a, emptyDir: {} }]\n'),
    ],
    fail: [
      service('volumes: [/etc:/host/etc]'),
      service('volumes: [.:/app]'),
      service('volumes: ["~/.ssh:/root/.ssh"]'),
      service("volumes: ['${HOME}/.aws:/root/.aws:ro']"),
      service('volumes: [./services/booking/src:/srv/src]'),
      pod('', '  volumes: [{ name: a, hostPath: { path: /data } }]\n'),
    ],
    unknown: [service("volumes: ['${DIR}:/x']"), hidden],
    notApplicable: [noPod],
  },
  'CTR-19': {
    pass: [
      service('image: app:1.0.0'),
      pod('securityContext: { seccompProfile: { type: RuntimeDefault } }'),
      pod('', '  securityContext: { seccompProfile: { type: Localhost } }\n'),
    ],
    fail: [
      service("security_opt: ['seccomp:unconfined']"),
      service("security_opt: ['no-new-privileges:true', 'apparmor=unconfined']"),
      pod(''),
      pod('securityContext: { seccompProfile: { type: Unconfined } }'),
    ],
    unknown: [service("security_opt: ['${OPTION}']"), hidden],
    notApplicable: [noPod],
  },
  'CTR-20': {
    pass: [
      service('restart: unless-stopped'),
      service('restart: on-failure:5'),
      service('deploy: { restart_policy: { condition: any } }'),
      service('deploy: { restart_policy: { max_attempts: 5 } }'),
    ],
    fail: [
      service('image: app:1.0.0'),
      service("restart: 'no'"),
      service('deploy: { restart_policy: { condition: none } }'),
    ],
    unknown: [service('restart: ${RESTART}')],
    notApplicable: [compose(once)],
  },
  'CTR-21': {
    pass: [
      pod('', '  automountServiceAccountToken: false\n'),
      pod('', '  serviceAccountName: app\n', `${account}automountServiceAccountToken: false\n`),
      pod('', '  serviceAccountName: app\n', `${account}${binding}`),
    ],
    fail: [
      pod(''),
      pod('', '  automountServiceAccountToken: true\n', `${account}automountServiceAccountToken: false\n`),
      pod('', '  serviceAccountName: app\n', account),
    ],
    unknown: [hidden],
    notApplicable: [noPod],
  },
  'CTR-22': {
    pass: [pod(''), tf('resource "kubernetes_pod" "x" {\n metadata {\n namespace = "campus"\n }\n}')],
    fail: [
      file(
        kubernetesReader,
        'k8s/a.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [{ image: a }] }\n',
      ),
      file(
        kubernetesReader,
        'k8s/a.yaml',
        'apiVersion: v1\nkind: Pod\nmetadata: { name: a, namespace: default }\nspec: { containers: [{ image: a }] }\n',
      ),
    ],
    unknown: [hidden, tf('resource "kubernetes_pod" "x" {\n metadata {\n namespace = var.n\n }\n}')],
    notApplicable: [noPod],
  },
  'CTR-23': {
    pass: [
      registry(`image_tag_mutability = "IMMUTABLE"\n${scans}`),
      registry('image_tag_mutability = "IMMUTABLE"', scanning('"SCAN_ON_PUSH"')),
    ],
    fail: [
      registry(scans),
      registry('image_tag_mutability = "IMMUTABLE"'),
      registry('image_tag_mutability = "IMMUTABLE"', scanning('"MANUAL"')),
    ],
    unknown: [
      registry(`image_tag_mutability = var.m\n${scans}`),
      registry('image_tag_mutability = "IMMUTABLE"', scanning('var.f')),
    ],
    notApplicable: [registry('count = 0')],
  },
  'CTR-24': {
    pass: [
      cluster(insights('"enabled"')),
      cluster(
        `${insights('"enhanced"')}\nconfiguration {\n execute_command_configuration {\n logging = "OVERRIDE"\n }\n }`,
      ),
    ],
    fail: [
      cluster(''),
      cluster(insights('"disabled"')),
      cluster(
        `${insights('"enabled"')}\nconfiguration {\n execute_command_configuration {\n logging = "NONE"\n }\n }`,
      ),
    ],
    unknown: [cluster(insights('var.v')), cluster('dynamic "setting" {\n for_each = var.s\n content {}\n }')],
    notApplicable: [cluster('count = 0')],
  },
  'CTR-25': {
    pass: [
      dockerfile('FROM a:1 AS build\nRUN npm ci\nFROM a:1\nRUN npm ci --omit=dev'),
      dockerfile('FROM a:1\nENV NODE_ENV=production\nRUN npm ci'),
      dockerfile('FROM a:1\nRUN apk add --virtual .build gcc && npm ci --omit=dev && apk del .build'),
      together(dockerfile('FROM a:1\nCOPY a b'), statement('current')),
    ],
    fail: [
      dockerfile('FROM a:1\nRUN apt-get install -y build-essential'),
      dockerfile('FROM a:1\nRUN npm ci'),
      dockerfile('FROM a:1\nRUN yarn'),
    ],
    unknown: [statement('expired')],
    notApplicable: [dockerfile('FROM scratch\nCOPY a /a')],
  },
  'CTR-26': {
    pass: [
      dockerfile('FROM a:1\nENTRYPOINT ["node", "m.js"]\nCMD ["run"]'),
      dockerfile('FROM a:1\nCMD exec node m.js'),
      pod(''),
      container({ stopTimeout: 30 }),
    ],
    fail: [
      dockerfile('FROM a:1\nCMD node m.js'),
      dockerfile('FROM a:1\nCMD ["sh", "-c", "node m.js"]'),
      pod('', '  terminationGracePeriodSeconds: 0\n'),
      container({ stopTimeout: 0 }),
    ],
    unknown: [
      hidden,
      tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = file("c.json")\n}'),
    ],
    notApplicable: [dockerfile('FROM a:1\nCOPY a b')],
  },
}
