import { compose, dockerfile, service, task, tf, type Cases } from './cases.ts'

const noTask = tf('resource "aws_ecs_task_definition" "x" {\n count = 0\n container_definitions = "[]"\n}')
const hiddenTask = tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = file("c.json")\n}')

const limit = (key: string, value: string): Cases => ({
  pass: [
    service(`${key}: ${value}`),
    service(`deploy:\n  resources:\n    limits:\n      ${deployed[key]}: ${value}`),
  ],
  fail: [service('image: app:1.0.0'), service(`${key}: 0`), service(`${key}: -1`)],
  unknown: [service(`${key}: \${LIMIT}`)],
  // Every service can be limited.
  notApplicable: [],
})
const deployed: Readonly<Record<string, string>> = { mem_limit: 'memory', cpus: 'cpus', pids_limit: 'pids' }

export const workload: Readonly<Record<string, Cases>> = {
  'CTR-01': {
    pass: [
      dockerfile('FROM node:24.4.1\nUSER 10001:10001'),
      dockerfile('FROM gcr.io/distroless/nodejs22:nonroot'),
      service('user: "10001:10001"'),
      task('user = "10001"'),
    ],
    fail: [
      dockerfile('FROM scratch'),
      dockerfile('FROM node:24.4.1'),
      dockerfile('FROM node:24.4.1\nUSER node\nUSER root'),
      service('user: root'),
      service('user: "0:0"'),
      task('user = "root"'),
    ],
    unknown: [
      service('image: app:1.0.0'),
      service('user: ${RUN_AS}'),
      dockerfile('FROM a:1\nARG U\nUSER $U'),
      hiddenTask,
    ],
    notApplicable: [noTask],
  },
  'CTR-02': {
    pass: [service('image: app:1.0.0'), service('privileged: false'), task('privileged = false')],
    fail: [service('privileged: true'), task('privileged = true')],
    unknown: [service('privileged: ${P}'), hiddenTask],
    notApplicable: [noTask],
  },
  'CTR-03': {
    pass: [service("security_opt: ['no-new-privileges:true']"), service('security_opt: [no-new-privileges]')],
    fail: [service('image: app:1.0.0'), service("security_opt: ['no-new-privileges:false']")],
    unknown: [service("security_opt: ['${OPTION}']")],
    // Every service can be told.
    notApplicable: [],
  },
  'CTR-04': {
    pass: [
      service('cap_drop: [ALL]'),
      service('cap_drop: [ALL]\ncap_add: [NET_BIND_SERVICE]'),
      task('linuxParameters = { capabilities = { drop = ["ALL"] } }'),
    ],
    fail: [
      service('image: app:1.0.0'),
      service('cap_drop: [MKNOD]'),
      service('cap_drop: [ALL]\ncap_add: [SYS_ADMIN]'),
      task('cpu = 1'),
    ],
    unknown: [service("cap_drop: [ALL]\ncap_add: ['${C}']"), service("cap_drop: ['${C}']"), hiddenTask],
    notApplicable: [noTask],
  },
  'CTR-05': {
    pass: [service('read_only: true'), task('readonlyRootFilesystem = true')],
    fail: [service('image: app:1.0.0'), service('read_only: false'), task('cpu = 1')],
    unknown: [service('read_only: ${R}'), hiddenTask],
    notApplicable: [noTask],
  },
  'CTR-06': limit('mem_limit', '256m'),
  'CTR-07': limit('cpus', '0.5'),
  'CTR-08': limit('pids_limit', '128'),
  'CTR-09': {
    pass: [
      dockerfile('FROM node:24.4.1\nHEALTHCHECK CMD ["node", "h.js"]'),
      service('healthcheck: { test: [CMD, node, h.js] }'),
      task('healthCheck = { command = ["CMD", "node"] }'),
    ],
    fail: [
      service('healthcheck: { test: [NONE] }'),
      dockerfile('FROM node:24.4.1'),
      dockerfile('FROM node:24.4.1\nHEALTHCHECK NONE'),
      service('image: app:1.0.0'),
      service('healthcheck: { disable: true }'),
      task('cpu = 1'),
    ],
    unknown: [service('healthcheck: { interval: 10s }'), service('build: .'), hiddenTask],
    notApplicable: [
      compose(`services:
  one: { image: 'app:1', depends_on: { other: { condition: service_completed_successfully } } }
  other: { image: 'app:1', depends_on: { one: { condition: service_completed_successfully } } }`),
    ],
  },
  'CTR-10': {
    pass: [
      dockerfile('ARG V=24.4.1\nFROM node:${V}-slim'),
      service(`image: app@sha256:${'a'.repeat(64)}`),
      service('image: registry.example:5000/team/app:1.2.3'),
      task('image = "app:2.4.1"'),
    ],
    fail: [
      dockerfile('FROM node'),
      dockerfile('FROM node:latest'),
      service('image: registry.example:5000/app'),
      service('image: app:stable'),
      task('image = "app"'),
    ],
    unknown: [
      service('command: [x]'),
      dockerfile('ARG V\nFROM node:${V}'),
      service('image: app:${VERSION}'),
      task('image = var.image'),
    ],
    notApplicable: [dockerfile('FROM scratch'), service('build: .')],
  },
  'CTR-12': {
    pass: [
      dockerfile('FROM a:1\nENV NODE_ENV=production'),
      dockerfile('FROM a:1\nCOPY package.json ./'),
      dockerfile('FROM a:1\nCOPY global-bundle.pem /etc/ssl/certs/'),
      dockerfile('FROM a:1\nCOPY .env.example certs/ca.pem truststore.jks /srv/'),
    ],
    fail: [
      dockerfile('FROM a:1\nENV JWT_SECRET=q8Xw'),
      dockerfile('FROM a:1\nARG NPM_TOKEN'),
      dockerfile('FROM a:1\nCOPY .env ./'),
      dockerfile('FROM a:1\nENV URL=postgres://a:q8Xw@db/x'),
      dockerfile('FROM a:1\nCOPY ["id_rsa", "/srv/.ssh/id_rsa"]'),
      dockerfile('FROM a:1\nCOPY ["server.key","/k"]'),
      dockerfile('FROM a:1\nCOPY config/service-account.json .pypirc /srv/'),
      dockerfile('FROM a:1\nCOPY .ssh/config tls/server-key.pem /srv/'),
    ],
    unknown: [
      dockerfile('FROM a:1\nENV JWT_SECRET=$OTHER'),
      dockerfile('FROM a:1\nCOPY . .'),
      dockerfile('FROM a:1\nCOPY --chown=1:1 ["./", "/srv/"]'),
      dockerfile('FROM a:1\nADD * /srv/'),
      dockerfile('FROM a:1\nCOPY secrets/ /srv/'),
      dockerfile('FROM a:1\nCOPY server.pem /srv/'),
    ],
    notApplicable: [dockerfile('FROM a:1\nRUN true')],
  },
  'CTR-13': {
    pass: [dockerfile('FROM a:1\nCOPY a b'), dockerfile('FROM a:1\nADD site.tar.gz /srv/')],
    fail: [dockerfile('FROM a:1\nADD https://a.example/x /x'), dockerfile('FROM a:1\nADD src /srv')],
    unknown: [dockerfile('FROM a:1\nARG SOURCE\nADD $SOURCE /srv')],
    notApplicable: [dockerfile('FROM a:1\nRUN true')],
  },
  'CTR-16': {
    pass: [
      service('image: app:1.0.0'),
      service('volumes: [data:/var/lib/app]', 'volumes: { data: {} }'),
      service(
        'volumes: [n:/x]',
        'volumes: { n: { driver_opts: { type: nfs, o: addr=nas, device: ":/x" } } }',
      ),
    ],
    fail: [
      service('volumes: [/var/run/docker.sock:/var/run/docker.sock]'),
      service('volumes:\n  - { type: bind, source: /run/containerd/containerd.sock, target: /c }'),
      service('volumes: [/run/containerd:/x]'),
      service('volumes: [/run/user/1000:/x]'),
      service(
        'volumes: [engine:/x]',
        'volumes: { engine: { driver_opts: { type: none, o: bind, device: /var/run } } }',
      ),
      tf(
        'resource "aws_ecs_task_definition" "x" {\n container_definitions = "[]"\n volume {\n host_path = "/run/containerd"\n }\n}',
      ),
      tf(
        'resource "aws_ecs_task_definition" "x" {\n container_definitions = "[]"\n volume {\n host_path = "/var/run/docker.sock"\n }\n}',
      ),
    ],
    unknown: [
      tf(
        'resource "aws_ecs_task_definition" "x" {\n container_definitions = "[]"\n volume {\n host_path = var.p\n }\n}',
      ),
      tf(
        'resource "aws_ecs_task_definition" "x" {\n container_definitions = "[]"\n dynamic "volume" {\n for_each = var.v\n content {}\n }\n}',
      ),
      service("volumes: ['${SOCKET}:/x']"),
      service('volumes: [e:/x]', 'volumes: { e: { driver_opts: { o: bind, device: "${PLACE}" } } }'),
    ],
    notApplicable: [noTask],
  },
  'CTR-18': {
    pass: [service('image: app:1.0.0'), service('network_mode: none')],
    fail: [
      service('network_mode: host'),
      service('pid: host'),
      tf('resource "aws_ecs_task_definition" "x" {\n container_definitions = "[]"\n ipc_mode = "host"\n}'),
    ],
    unknown: [service('network_mode: ${MODE}')],
    notApplicable: [noTask],
  },
}
