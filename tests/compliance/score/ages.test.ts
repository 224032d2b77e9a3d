import { expect } from 'chai'
import type { EvidenceSource, Posture } from '../../../contracts/posture.ts'
import { joinControls, readChecklist } from '../../../compliance/checklist.ts'
import { controls } from '../../../compliance/controls/all.ts'
import type { GatherFault } from '../../../compliance/evidence.ts'
import { agesIn, type Ages } from '../../../compliance/score/ages.ts'
import { assessWithAges, type Assessed } from '../../../compliance/score/assess.ts'
import { compose, evidenceOf, type Source } from '../controls/cases.ts'

const measured = joinControls(readChecklist(), controls)
const day = (number: number) => Date.parse('2026-01-01T00:00:00.000Z') + number * 86_400_000
const fault: GatherFault = {
  code: 'GATHER_SYNTAX',
  message: 'x',
  file: 'docker-compose.yml',
  startLine: 1,
  endLine: 1,
  hides: ['compose'],
}
/** CTR-03 is high. */
const services = (...lines: readonly string[]) =>
  compose(`services:\n${lines.map((each, at) => `  s${at}: { image: "app:1.0.0", ${each} }\n`).join('')}`)
const secure = 'security_opt: ["no-new-privileges:true"]'
const open = 'restart: always'

function scanned(
  number: number,
  source: Source | undefined,
  failingSince: Ages,
  findingLimit = 100,
): Assessed {
  const resources = source?.() ?? []
  return assessWithAges({
    evidence: { ...evidenceOf(resources), faults: source === undefined ? [fault] : [] },
    measured,
    waivers: [],
    scope: new Set<EvidenceSource>(['compose']),
    startedMillis: day(number),
    endedMillis: day(number),
    failingSince,
    findingLimit,
  })
}

const none: Ages = new Map()
const sinceOf = ({ failingSince }: Assessed, control = 'CTR-03') =>
  [...failingSince()].filter(([id]) => id.startsWith(control)).map(([, since]) => since)
const codes = ({ score }: Posture) => score.caps.map(({ code }) => code)

describe('the age of a failure', () => {
  it('counts from the scan that first found it', () => {
    const first = scanned(0, services(open), none)
    const later = scanned(40, services(open), first.failingSince())
    expect(sinceOf(later)).to.deep.equal([day(0)])
    expect(codes(first.posture)).not.to.include('HIGH_OVERDUE')
    expect(codes(later.posture)).to.include('HIGH_OVERDUE')
  })

  it('outlasts nights on which nobody could look', () => {
    const first = scanned(0, services(open), none)
    const unread = scanned(20, undefined, first.failingSince())
    const doubted = scanned(30, services('security_opt: "${OPTIONS}"'), unread.failingSince())
    expect(sinceOf(scanned(40, services(open), doubted.failingSince()))).to.deep.equal([day(0)])
  })

  it('ends when the finding passes, and when its resource is gone', () => {
    const first = scanned(0, services(open, open), none)
    const mended = scanned(20, services(secure, open), first.failingSince())
    expect(sinceOf(mended)).to.deep.equal([day(0)])
    expect(sinceOf(scanned(40, services(open, open), mended.failingSince()))).to.have.members([
      day(40),
      day(0),
    ])
    const gone = scanned(20, services(open), first.failingSince())
    expect(sinceOf(scanned(40, services(open, open), gone.failingSince()))).to.have.members([day(0), day(40)])
  })

  it('is kept of findings that a report does not list', () => {
    const first = scanned(0, services(open, open, open), none, 1)
    expect(sinceOf(first)).to.have.lengthOf(3)
  })

  it('is told in the posture, and read from it', () => {
    const first = scanned(0, services(open), none)
    const later = scanned(5, services(open), agesIn(first.posture))
    const [finding] = later.posture.items.find(({ id }) => id === 'CTR-03')?.findings ?? []
    expect(finding?.since).to.equal(first.posture.scannedAt)
    expect(sinceOf(scanned(40, services(open), agesIn(later.posture)))).to.deep.equal([day(0)])
  })
})
