import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { wasLookedAt } from '../../../compliance/hub/recovered.ts'
import { openAsff, writeAsff } from '../../../compliance/report/asff.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import { assess } from '../../../compliance/score/assess.ts'
import { evidenceOf, tf } from '../controls/cases.ts'

const account = { id: '111122223333', region: 'eu-central-1' }
const posture = (): Posture =>
  assess({
    evidence: evidenceOf(tf('resource "aws_db_instance" "x" {\n publicly_accessible = true\n}')()),
    measured: joinControls(readChecklist(), controls),
    waivers: [],
    scope: new Set(['terraform']),
    startedMillis: 0,
    endedMillis: Date.parse('2026-11-20T00:00:00Z'),
  })

describe('findings in the format of Security Hub', () => {
  it('are what is open, each with an id that does not move and every field that is required', () => {
    const findings = openAsff(posture(), account)
    expect(findings).not.to.have.lengthOf(0)
    expect(openAsff(posture(), account).map(({ Id }) => Id)).to.deep.equal(findings.map(({ Id }) => Id))
    expect(new Set(findings.map(({ Id }) => Id)).size).to.equal(findings.length)
    for (const finding of findings) {
      expect(finding).to.include.all.keys(
        'SchemaVersion Id ProductArn GeneratorId AwsAccountId CreatedAt UpdatedAt Title Description Resources FindingProviderFields'.split(
          ' ',
        ),
      )
      expect(String(finding['Title']).length).to.be.at.most(256)
      expect(String(finding['Description']).length).to.be.at.most(1_024)
    }
  })

  it('are those of the report, field by field', () => {
    const reported = JSON.parse(writeAsff(posture(), account)) as readonly { readonly Id: string }[]
    const sent = openAsff(posture(), account)
    const ids = new Set(sent.map(({ Id }) => Id))
    expect(reported.filter(({ Id }) => ids.has(Id))).to.deep.equal(sent)
  })

  it('never hide a waived one for good: an import cannot take a suppression back', () => {
    const whole = posture()
    const items = whole.items.map((item) => ({
      ...item,
      findings: item.findings.map((finding) => ({ ...finding, waived: true })),
    }))
    for (const finding of openAsff({ ...whole, items }, account)) {
      expect(finding).not.to.have.any.keys('Workflow', 'Severity', 'Types')
      expect(finding.Compliance.Status).to.equal('FAILED')
    }
  })

  it('have recovered only where the scan looked at their item and listed all of it', () => {
    const whole = posture()
    const [finding] = openAsff(whole, account)
    if (finding === undefined) throw new Error('nothing fails')
    expect(wasLookedAt(whole, finding)).to.equal(true)
    const cutOff = { ...whole, items: whole.items.map((item) => ({ ...item, omitted: 1 })) }
    expect(wasLookedAt(cutOff, finding)).to.equal(false)
    expect(wasLookedAt({ ...whole, items: [] }, finding)).to.equal(false)
    const fault = { code: 'GATHER_SYNTAX', message: 'x', file: 'x', line: 1 }
    expect(wasLookedAt({ ...whole, faults: [fault] }, finding)).to.equal(false)
    const elsewhere = [{ source: 'compose' as const, resources: 1, faults: 0 }]
    expect(wasLookedAt({ ...whole, sources: elsewhere }, finding)).to.equal(false)
  })
})
