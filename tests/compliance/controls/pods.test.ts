import { expect } from 'chai'
import { controls } from '../../../compliance/controls/all.ts'
import type { VerdictStatus } from '../../../compliance/controls/control.ts'
import { gatherTaskDefinition } from '../../../compliance/gather/ecs.ts'
import { gatherKubernetes } from '../../../compliance/gather/kubernetes/kubernetes.ts'
import { evidenceOf, tf } from './cases.ts'

const bytes = (text: string) => new TextEncoder().encode(text)

/** The worst verdict of a control on everything it looks at in a file. */
function judged(id: string, resources: ReturnType<ReturnType<typeof tf>>): VerdictStatus | undefined {
  const control = controls.find((each) => each.id === id)
  const found = resources
    .filter((resource) => control?.applies(resource))
    .flatMap((resource) => [control?.check(resource, evidenceOf(resources)) ?? []].flat())
  const order = ['fail', 'unknown', 'pass', 'not-applicable'] as const
  return order.find((status) => found.some((verdict) => verdict.status === status))
}

const manifest = (kind: string, container: string, pod: string) => {
  const spec = { containers: [{ name: 'a', ...JSON.parse(container) }], ...JSON.parse(pod) }
  const root = { apiVersion: 'apps/v1', kind, metadata: { name: 'a' } }
  const whole =
    kind === 'Pod'
      ? { ...root, spec }
      : kind === 'CronJob'
        ? { ...root, spec: { jobTemplate: { spec: { template: { spec } } } } }
        : { ...root, spec: { selector: {}, template: { spec } } }
  const file = { file: 'a.yaml', bytes: bytes(JSON.stringify(whole)) }
  return gatherKubernetes(file, { paths: [], textOf: () => undefined }).resources
}
const terraform = (type: string, container: string, pod: string) =>
  tf(
    `resource "${type}" "a" {\n spec {\n template {\n spec {\n ${pod}\n container {\n image = "a:1.0"\n${container}\n }\n }\n }\n }\n}`,
  )()

interface PodCases {
  readonly pass: readonly string[]
  readonly fail: readonly string[]
}

const context = (text: string) => `{ "image": "a:1.0", "securityContext": ${text} }`
const resources = (text: string) => `{ "image": "a:1.0", "resources": ${text} }`
const probe = '{ "httpGet": { "path": "/", "port": 1 } }'
const containers: Readonly<Record<string, PodCases>> = {
  'CTR-01': {
    pass: [context('{ "runAsNonRoot": true }'), context('{ "runAsUser": 10001 }')],
    fail: [context('{ "runAsUser": 0 }'), context('{}'), context('{ "runAsNonRoot": false }')],
  },
  'CTR-02': {
    pass: [context('{}'), context('{ "privileged": false }')],
    fail: [context('{ "privileged": true }')],
  },
  'CTR-03': {
    pass: [context('{ "allowPrivilegeEscalation": false }')],
    fail: [context('{}'), context('{ "allowPrivilegeEscalation": true }')],
  },
  'CTR-04': {
    pass: [context('{ "capabilities": { "drop": ["ALL"] } }')],
    fail: [context('{}'), context('{ "capabilities": { "drop": ["ALL"], "add": ["SYS_ADMIN"] } }')],
  },
  'CTR-05': {
    pass: [context('{ "readOnlyRootFilesystem": true }')],
    fail: [context('{}'), context('{ "readOnlyRootFilesystem": false }')],
  },
  'CTR-06': {
    pass: [resources('{ "limits": { "memory": "256Mi" } }')],
    fail: [resources('{}'), resources('{ "limits": { "memory": 0 } }')],
  },
  'CTR-07': { pass: [resources('{ "requests": { "cpu": "250m" } }')], fail: [resources('{}')] },
  'CTR-09': {
    pass: [`{ "image": "a:1.0", "livenessProbe": ${probe}, "readinessProbe": ${probe} }`],
    fail: ['{ "image": "a:1.0" }', `{ "image": "a:1.0", "livenessProbe": ${probe} }`],
  },
  'CTR-10': { pass: ['{ "image": "a:1.0" }'], fail: ['{ "image": "a" }', '{ "image": "a:latest" }'] },
}
const pods: Readonly<Record<string, PodCases>> = {
  'CTR-01': { pass: ['{ "securityContext": { "runAsNonRoot": true } }'], fail: ['{}'] },
  'CTR-16': {
    pass: ['{}', '{ "volumes": [{ "name": "a", "emptyDir": {} }] }'],
    fail: ['{ "volumes": [{ "name": "a", "hostPath": { "path": "/var/run/docker.sock" } }] }'],
  },
  'CTR-18': {
    pass: ['{}', '{ "hostPID": false }'],
    fail: ['{ "hostPID": true }', '{ "hostNetwork": true }'],
  },
}

describe('the controls of containers, on Kubernetes', () => {
  for (const [id, { pass, fail }] of Object.entries(containers)) {
    it(`${id} judges the containers of a manifest`, () => {
      for (const kind of ['Pod', 'Deployment', ...(id === 'CTR-09' ? [] : ['CronJob'])]) {
        expect(pass.map((each) => judged(id, manifest(kind, each, '{}')))).to.deep.equal(
          pass.map(() => 'pass'),
        )
        expect(fail.map((each) => judged(id, manifest(kind, each, '{}')))).to.deep.equal(
          fail.map(() => 'fail'),
        )
      }
    })
  }

  for (const [id, { pass, fail }] of Object.entries(pods)) {
    it(`${id} judges the pod of a manifest`, () => {
      const image = '{ "image": "a:1.0" }'
      expect(pass.map((each) => judged(id, manifest('Pod', image, each)))).to.deep.equal(
        pass.map(() => 'pass'),
      )
      expect(fail.map((each) => judged(id, manifest('Pod', image, each)))).to.deep.equal(
        fail.map(() => 'fail'),
      )
    })
  }

  it('judge pods in Terraform too', () => {
    const judgedIn = (id: string, container: string, pod = '') =>
      judged(id, terraform('kubernetes_deployment_v1', container, pod))
    expect(judgedIn('CTR-02', 'security_context {\n privileged = true\n }')).to.equal('fail')
    expect(judgedIn('CTR-05', 'security_context {\n read_only_root_filesystem = true\n }')).to.equal('pass')
    expect(judgedIn('CTR-05', 'security_context {\n read_only_root_filesystem = var.x\n }')).to.equal(
      'unknown',
    )
    expect(judgedIn('CTR-06', 'resources {\n limits = {\n memory = "1Gi"\n }\n }')).to.equal('pass')
    expect(judgedIn('CTR-07', 'resources {\n limits = {\n memory = "1Gi"\n }\n }')).to.equal('fail')
    expect(judgedIn('CTR-18', '', 'host_pid = true')).to.equal('fail')
    expect(judgedIn('CTR-10', '')).to.equal('pass')
  })

  it('know nothing of a template, and let no container go because another one is in order', () => {
    const text = 'apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Values.name }}\nspec: {}\n'
    const files = { paths: [], textOf: () => undefined }
    const template = gatherKubernetes({ file: 'a.yaml', bytes: bytes(text) }, files).resources
    for (const id of Object.keys({ ...containers, ...pods })) expect(judged(id, template)).to.equal('unknown')
    const two = '{ "initContainers": [{ "image": "b" }] }'
    expect(judged('CTR-10', manifest('Pod', '{ "image": "a:1.0" }', two))).to.equal('fail')
  })
})

describe('the controls of containers, on task definitions in JSON', () => {
  const task = (container: object, beside: object = {}) =>
    gatherTaskDefinition({
      file: 'task-definition.json',
      bytes: bytes(JSON.stringify({ family: 'a', containerDefinitions: [container], ...beside })),
    }).resources

  it('judge containers and volumes', () => {
    expect(judged('CTR-01', task({ user: 'root' }))).to.equal('fail')
    expect(judged('CTR-02', task({ privileged: true }))).to.equal('fail')
    expect(judged('CTR-05', task({ readonlyRootFilesystem: true }))).to.equal('pass')
    expect(judged('CTR-06', task({ memoryReservation: 128 }))).to.equal('pass')
    expect(judged('CTR-06', task({}))).to.equal('fail')
    expect(judged('CTR-06', task({}, { memory: '512' }))).to.equal('pass')
    expect(judged('CTR-07', task({}))).to.equal('fail')
    expect(judged('CTR-10', task({ image: 'a:1.0' }))).to.equal('pass')
    expect(judged('CTR-18', task({}, { pidMode: 'host' }))).to.equal('fail')
    const socket = { volumes: [{ name: 'a', host: { sourcePath: '/var/run/docker.sock' } }] }
    expect(judged('CTR-16', task({}, socket))).to.equal('fail')
  })
})
