import { expect } from 'chai'
import type { EvidenceSource } from '../../../contracts/posture.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { Evidence, GatherFault } from '../../../compliance/evidence.ts'
import { gatherStacks } from '../../../compliance/gather/terraform.ts'
import { coverageOf } from '../../../compliance/score/coverage.ts'
import { prometheusRules } from '../../../compliance/gather/prometheus/reader.ts'
import { viewFrameworks } from '../../../compliance/score/frameworks.ts'
import { judge, type Judged } from '../../../compliance/score/judge.ts'
import type { Waiver } from '../../../compliance/score/waiver.ts'
import { evidenceOf, file, service, tf, together, type Source } from '../controls/cases.ts'

const measured = joinControls(readChecklist(), controls)
const day = Date.parse('2026-11-21T12:00:00.000Z')
const files: readonly EvidenceSource[] = ['terraform', 'compose', 'dockerfile']

interface Given {
  readonly evidence: Evidence
  readonly waivers?: readonly Waiver[]
  readonly scope?: readonly EvidenceSource[]
}

function judged({ evidence, waivers = [], scope = files }: Given): Judged {
  return judge({ evidence, measured, waivers, scope: new Set(scope), nowMillis: day })
}

const of = (source: Source) => evidenceOf(source())
const itemIn = ({ items }: Judged, id: string) => items.find(({ item }) => item.id === id)

const busyAlert = `groups:
  - name: capacity
    rules:
      - alert: HighCpuUsage
        expr: 1 - avg by (instance) (rate(node_cpu_seconds_total{mode="idle"}[5m])) > 0.8
        for: 5m
        labels: { severity: warning }
`
const privileged = service('image: app:1.0.0\nprivileged: true')
const waiver: Waiver = {
  control: 'CTR-02',
  owner: 'platform',
  approver: 'security',
  reason: 'reads the temperature of the host',
  compensating: 'stands on a network of its own',
  granted: '2026-11-01',
  expires: '2026-11-21',
}
const fault = (file: string, ...hides: readonly EvidenceSource[]): GatherFault => ({
  code: 'GATHER_SYNTAX',
  message: 'x',
  file,
  startLine: 1,
  endLine: 1,
  ...(hides.length === 0 ? {} : { hides }),
})

describe('judging', () => {
  it('weighs a resource by its environment and by restricted data', () => {
    const weightOf = (tags: string) =>
      itemIn(judged({ evidence: of(tf(`resource "aws_db_instance" "x" {\n${tags}\n}`)) }), 'DBS-01')
        ?.judgements[0]?.scopeWeight
    expect(weightOf('')).to.equal(1)
    expect(weightOf('tags = { Environment = "staging" }')).to.equal(0.5)
    expect(weightOf('tags = { Environment = "dev", DataClassification = "restricted" }')).to.equal(0.375)
  })

  it('waives a failure up to the day it expires, and not after', () => {
    const evidence = of(privileged)
    const active = judged({ evidence, waivers: [waiver] })
    expect(itemIn(active, 'CTR-02')?.state).to.equal('waived')
    expect(itemIn(active, 'CTR-02')?.judgements[0]?.findings[0]).to.include({ status: 'fail', waived: true })
    expect([...active.used]).to.deep.equal([waiver])
    const expired = judged({ evidence, waivers: [{ ...waiver, expires: '2026-11-20' }] })
    expect(itemIn(expired, 'CTR-02')?.state).to.equal('fail')
    const early = judged({ evidence, waivers: [{ ...waiver, granted: '2026-11-22', expires: '2026-12-01' }] })
    expect(itemIn(early, 'CTR-02')?.state).to.equal('fail')
  })

  it('waives the resource a waiver names, and no other', () => {
    const evidence = of(privileged)
    const other = judged({ evidence, waivers: [{ ...waiver, resource: 'service.other' }] })
    expect(itemIn(other, 'CTR-02')?.state).to.equal('fail')
    expect(other.used.size).to.equal(0)
    const own = judged({
      evidence,
      waivers: [{ ...waiver, resource: 'service.app', file: 'docker-compose.yml' }],
    })
    expect(itemIn(own, 'CTR-02')?.state).to.equal('waived')
  })

  it('fails a control of a framework for what is waived, also beside what is unknown', () => {
    const hidden = service('image: app:1.0.0\nprivileged: ${P}')
    const elsewhere = hidden().map((each) => ({ ...each, position: { ...each.position, file: 'b.yml' } }))
    const { items } = judged({ evidence: evidenceOf([...privileged(), ...elsewhere]), waivers: [waiver] })
    const own = items.filter(({ item }) => item.id === 'CTR-02')
    expect(own.map(({ state }) => state)).to.deep.equal(['unknown'])
    const rows = viewFrameworks(own, []).flatMap((framework) => framework.controls)
    expect(new Set(rows.map(({ state }) => state))).to.deep.equal(new Set(['fail']))
  })

  it('never waives what is unknown', () => {
    const hidden = of(service('image: app:1.0.0\nprivileged: ${P}'))
    expect(itemIn(judged({ evidence: hidden, waivers: [waiver] }), 'CTR-02')?.state).to.equal('unknown')
  })

  it('takes absence for proof only where everything could be read', () => {
    const evidence = of(service('image: app:1.0.0'))
    expect(itemIn(judged({ evidence }), 'DBS-02')?.state).to.equal('not-applicable')
    const broken = { ...evidence, faults: [fault('infra/main.tf', 'terraform')] }
    expect(itemIn(judged({ evidence: broken }), 'DBS-02')?.state).to.equal('unknown')
    expect(itemIn(judged({ evidence: broken }), 'CTR-13')?.state).to.equal('not-applicable')
    const anything = { ...evidence, faults: [fault('infra')] }
    expect(itemIn(judged({ evidence: anything }), 'CTR-13')?.state).to.equal('unknown')
  })

  it('passes no item of which an unread file may hold another resource', () => {
    const evidence = of(service('image: app:1.0.0'))
    expect(itemIn(judged({ evidence }), 'CTR-02')?.state).to.equal('pass')
    const unread = judged({ evidence: { ...evidence, faults: [fault('extra/compose.yml', 'compose')] } })
    expect(itemIn(unread, 'CTR-02')).to.include({ state: 'unknown', isUnread: true })
    expect(itemIn(unread, 'CTR-02')?.judgements.map(({ state }) => state)).to.deep.equal(['pass'])
    const other = judged({ evidence: { ...evidence, faults: [fault('main.tf', 'terraform')] } })
    expect(itemIn(other, 'CTR-02')?.state).to.equal('unknown')
    const elsewhere = judged({ evidence: { ...evidence, faults: [fault('alerts.yml', 'alertmanager')] } })
    expect(itemIn(elsewhere, 'CTR-02')?.state).to.equal('pass')
  })

  it('fails what fails, whatever could not be read', () => {
    const faults = [fault('extra/compose.yml', 'compose')]
    const found = judged({ evidence: { ...of(privileged), faults } })
    expect(itemIn(found, 'CTR-02')?.state).to.equal('fail')
  })

  it('passes an item that one resource decides, whatever could not be read', () => {
    const rules = file(prometheusRules, 'rules.yml', busyAlert)
    const faults = [fault('more.yml', 'prometheus')]
    const found = judged({ evidence: { ...of(rules), faults }, scope: ['prometheus'] })
    expect(itemIn(found, 'MON-02')?.state).to.equal('pass')
    expect(itemIn(found, 'MON-01')?.state).to.equal('unknown')
  })

  it('does not look past a module it cannot see into', () => {
    const evidence = of(tf('module "db" {\n source = "registry/rds/aws"\n}'))
    expect(itemIn(judged({ evidence }), 'DBS-02')?.state).to.equal('unknown')
  })

  it('names the items whose sources it was not given, and counts them as nothing', () => {
    const { outside, items } = judged({ evidence: of(privileged) })
    expect(outside.map(({ item }) => item.id)).to.include.members(['TEN-01', 'APP-12'])
    expect(items.map(({ item }) => item.id)).not.to.include('TEN-01')
  })

  it('does not judge a resource that is never made', () => {
    const evidence = of(tf('resource "aws_db_instance" "x" {\n count = 0\n storage_encrypted = false\n}'))
    expect(itemIn(judged({ evidence }), 'DBS-02')?.state).to.equal('not-applicable')
  })

  it('gives a finding the same id when the file above it grows', () => {
    const ids = (text: string) =>
      judged({ evidence: of(tf(text)) })
        .items.flatMap(({ judgements }) => judgements.flatMap(({ findings }) => findings))
        .map(({ id }) => id)
    const text = 'resource "aws_db_instance" "x" {\n storage_encrypted = false\n}'
    expect(ids(`# a comment\n\n${text}`)).to.deep.equal(ids(text))
  })

  it('gives parts of one resource ids of their own', () => {
    const evidence = of(service('image: app:1.0.0\nenvironment: { A_SECRET: q8Xw, B_SECRET: q8Xw }'))
    const findings = itemIn(judged({ evidence }), 'SEC-01')?.judgements.flatMap((each) => each.findings) ?? []
    expect(findings.map(({ status }) => status)).to.deep.equal(['fail', 'fail'])
    expect(new Set(findings.map(({ id }) => id)).size).to.equal(2)
  })

  it('does not depend on the order of what was found, nor on finding it twice', () => {
    const resources = together(privileged, tf('resource "aws_db_instance" "x" {}'))()
    const once = judged({ evidence: evidenceOf(resources) })
    const turned = judged({ evidence: evidenceOf([...resources].reverse()) })
    const twice = judged({ evidence: evidenceOf([...resources, ...resources]) })
    expect(turned).to.deep.equal(once)
    expect(twice).to.deep.equal(once)
  })
})

describe('the coverage', () => {
  it('is the share of resources that could be judged, with what could not be read in the whole', () => {
    const known = judged({ evidence: of(service('image: app:1.0.0')) }).items
    expect(coverageOf(known, 0)).to.be.within(0.9, 1)
    expect(coverageOf(known, 1)).to.be.below(0.5)
    expect(coverageOf([], 0)).to.equal(0)
  })
})

describe('judging what is made only if something comes out that nobody knows', () => {
  const trail = 'name = "main"\n  s3_bucket_name = "t"\n  is_multi_region_trail = true\n'
  const create = 'variable "create" {\n  type = bool\n}\nvariable "other" {\n  type = bool\n}\n'
  const perhaps = 'count = var.create ? 1 : 0\n'
  const stateOf = (source: Source) => itemIn(judged({ evidence: of(source) }), 'LOG-01')?.state
  const topic = (count = '') => `resource "aws_sns_topic" "x" {\n  ${count}name = "x"\n}\n`
  const cloudtrail = (count = '') => `resource "aws_cloudtrail" "x" {\n  ${count}${trail}}\n`

  it('is not there for an item that asks for it', () => {
    expect(stateOf(tf(create + cloudtrail() + topic()))).to.equal('pass')
    expect(stateOf(tf(create + cloudtrail(perhaps) + topic()))).to.equal('unknown')
    expect(stateOf(tf(`${create}${cloudtrail('for_each = toset(var.names)\n  ')}${topic()}`))).to.equal(
      'unknown',
    )
  })

  it('nor is it in a module', () => {
    const { resources } = gatherStacks({
      files: [
        {
          file: 'main.tf',
          bytes: Buffer.from(`${create}module "a" {\n  ${perhaps}  source = "./a"\n}\n${topic()}`),
        },
        { file: 'a/main.tf', bytes: Buffer.from(cloudtrail()) },
      ],
    })
    const evidence = evidenceOf(resources)
    expect(itemIn(judged({ evidence }), 'LOG-01')?.state).to.equal('unknown')
  })

  it('is there for what hangs on the same, or wherever some are made whichever it is', () => {
    expect(stateOf(tf(create + cloudtrail(perhaps) + topic(perhaps)))).to.equal('pass')
    expect(stateOf(tf(create + cloudtrail('count = var.create ? 2 : (1)\n') + topic()))).to.equal('pass')
    const twice = cloudtrail() + cloudtrail(perhaps).replace('"x"', '"y"')
    expect(stateOf(tf(create + twice + topic()))).to.equal('pass')
  })

  it('asks for nothing surely', () => {
    expect(stateOf(tf(create + topic()))).to.equal('fail')
    expect(stateOf(tf(create + topic(perhaps)))).to.equal('unknown')
    expect(stateOf(tf(create + topic(perhaps) + topic().replace('"x"', '"y"')))).to.equal('fail')
    expect(stateOf(tf(create + cloudtrail(perhaps) + topic('count = var.other ? 1 : 0\n')))).to.equal(
      'unknown',
    )
  })

  it('fails all the same where it is wrong: it is wrong whenever it is made', () => {
    expect(stateOf(tf(`${create}resource "aws_cloudtrail" "x" {\n  ${perhaps}  name = "x"\n}\n`))).to.equal(
      'fail',
    )
  })
})
