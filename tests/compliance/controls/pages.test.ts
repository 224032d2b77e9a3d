import { expect } from 'chai'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { Control, ControlPage, Example } from '../../../compliance/controls/control.ts'
import { gatherExamples } from '../../../compliance/gather/example.ts'
import { judge } from '../../../compliance/score/judge.ts'
import { evidenceSources } from '../../../contracts/posture.ts'

const measured = joinControls(readChecklist(), controls)
const scope = new Set(evidenceSources)

/** Judges examples by one control, as a scan of just these files would. */
function stateOf(control: Control, examples: readonly Example[]): string {
  const evidence = gatherExamples(control.id, examples)
  if (evidence.faults.length > 0) return evidence.faults.map(({ message }) => message).join('; ')
  const only = measured.filter(({ item }) => item.id === control.id).map((each) => ({ ...each, control }))
  const [item] = judge({ evidence, measured: only, waivers: [], scope, nowMillis: 0 }).items
  return item?.state ?? 'outside'
}

/** What nobody signed for is not known, and what PRV-04 looks for may be kept elsewhere: neither fails. */
const neverFails = ({ id, sources }: Control) =>
  id === 'PRV-04' || sources.every((source) => source === 'attestation')
const paged = controls.flatMap((control) =>
  control.page === undefined ? [] : [{ control, page: control.page }],
)

describe('the pages of the controls', () => {
  for (const { control, page } of paged) {
    it(`show of ${control.id} what passes and what fails, and say why`, () => {
      expect(stateOf(control, page.good)).to.equal('pass')
      if (!neverFails(control)) expect(stateOf(control, page.bad)).to.equal('fail')
      else if (page.bad.length > 0) expect(stateOf(control, page.bad)).to.equal('unknown')
      expect(page.why.length).to.be.within(20, 400)
    })
  }

  it('are judged: an example of the wrong side is found', () => {
    const control = controls.find(({ id }) => id === 'DBS-01')
    const example = (value: string): Example => ({
      file: 'main.tf',
      text: `resource "aws_db_instance" "main" {\n  publicly_accessible = ${value}\n}\n`,
    })
    const page: ControlPage = { why: 'anybody could knock', good: [example('false')], bad: [example('true')] }
    if (control === undefined) return expect.fail('no control DBS-01')
    expect([stateOf(control, page.good), stateOf(control, page.bad)]).to.deep.equal(['pass', 'fail'])
  })

  it('are judged in every kind of file by its own reader', () => {
    const kinds: readonly (readonly [string, Example])[] = [
      ['CTR-01', { file: 'Dockerfile', text: 'FROM node:24\nUSER root\n' }],
      [
        'CTR-02',
        { file: 'docker-compose.yml', text: 'services:\n  app: { image: "app:1", privileged: true }\n' },
      ],
      ['DBS-02', { kind: 'terraform', type: 'aws_db_instance', attributes: { storage_encrypted: false } }],
    ]
    for (const [id, example] of kinds) {
      const control = controls.find((each) => each.id === id)
      expect(control === undefined ? 'none' : stateOf(control, [example]), id).to.equal('fail')
    }
  })
})
