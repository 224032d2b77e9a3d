import { expect } from 'chai'
import type { EvidenceSource } from '../../../contracts/posture.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { Evidence, GatherFault } from '../../../compliance/evidence.ts'
import { coverageOf } from '../../../compliance/score/coverage.ts'
import { judge, type Judged } from '../../../compliance/score/judge.ts'
import type { Waiver } from '../../../compliance/score/waiver.ts'
import { evidenceOf, service, tf, together, type Source } from '../controls/cases.ts'

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
const fault = (file: string): GatherFault => ({
  code: 'GATHER_SYNTAX',
  message: 'x',
  file,
  startLine: 1,
  endLine: 1,
})

describe('judging', () => {
  it('waives a failure up to the day it expires, and not after', () => {
    const evidence = of(privileged)
    const active = judged({ evidence, waivers: [waiver] })
    expect(itemIn(active, 'CTR-02')?.state).to.equal('waived')
    expect(itemIn(active, 'CTR-02')?.judgements[0]?.findings[0]).to.include({ status: 'fail', waived: true })
    expect([...active.used]).to.deep.equal([waiver])
    const expired = judged({ evidence, waivers: [{ ...waiver, expires: '2026-11-20' }] })
    expect(itemIn(expired, 'CTR-02')?.state).to.equal('fail')
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

  it('never waives what is unknown', () => {
    const hidden = of(service('image: app:1.0.0\nprivileged: ${P}'))
    expect(itemIn(judged({ evidence: hidden, waivers: [waiver] }), 'CTR-02')?.state).to.equal('unknown')
  })

  it('takes absence for proof only where everything could be read', () => {
    const evidence = of(service('image: app:1.0.0'))
    expect(itemIn(judged({ evidence }), 'DBS-02')?.state).to.equal('not-applicable')
    const broken = { ...evidence, faults: [fault('infra/main.tf')] }
    expect(itemIn(judged({ evidence: broken }), 'DBS-02')?.state).to.equal('unknown')
    expect(itemIn(judged({ evidence: broken }), 'CTR-13')?.state).to.equal('not-applicable')
    const anything = { ...evidence, faults: [fault('infra')] }
    expect(itemIn(judged({ evidence: anything }), 'CTR-13')?.state).to.equal('unknown')
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
