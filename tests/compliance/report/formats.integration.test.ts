import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { reportFormats, type ReportFormat } from '../../../compliance/report/format-names.ts'
import { writeReport } from '../../../compliance/report/formats.ts'
import { allResultsOf, resultsOf } from '../../../compliance/report/results.ts'
import { officialOcsf, ocsfPresence, type OcsfCheck } from '../../support/official-ocsf.ts'
import { officialOscal, oscalPresence } from '../../support/official-oscal.ts'
import { officialSarif, sarifPresence } from '../../support/official-sarif.ts'
import { samplePostures } from './sample-postures.ts'

const account = { id: '123456789012', region: 'eu-central-1' }
const write = async (posture: Posture, format: ReportFormat) =>
  String(await writeReport(posture, format, { account }))

interface Sarif {
  readonly runs: readonly [
    {
      readonly results: readonly {
        readonly kind: string
        readonly locations?: readonly {
          readonly physicalLocation?: { readonly artifactLocation?: { readonly uri?: string } }
        }[]
        readonly level: string
        readonly partialFingerprints: Readonly<Record<string, string>>
        readonly suppressions?: readonly { readonly justification: string }[]
      }[]
      readonly invocations: readonly [{ readonly toolExecutionNotifications: readonly unknown[] }]
    },
  ]
}

describe('the formats of a report', () => {
  let postures: Readonly<Record<string, Posture>>
  before(async () => {
    postures = await samplePostures()
  })
  const bad = () => postures['bad'] ?? expect.fail('no posture')
  const sarifOf = async (posture: Posture) => JSON.parse(await write(posture, 'sarif')) as Sarif

  for (const [format, model] of [
    ['oscal-results', 'assessment-results'],
    ['oscal-poam', 'poam'],
    ['oscal-component', 'component'],
  ] as const) {
    const faultsOf = officialOscal(model)
    if (faultsOf === undefined) continue
    it(`are valid OSCAL ${oscalPresence}: ${format}`, async () => {
      for (const [name, posture] of Object.entries(postures)) {
        expect(faultsOf(JSON.parse(await write(posture, format))), name).to.deep.equal([])
      }
    })
  }

  const sarifFaults = officialSarif()
  if (sarifFaults !== undefined) {
    it(`are valid SARIF ${sarifPresence}`, async () => {
      for (const [name, posture] of Object.entries(postures)) {
        expect(sarifFaults(await sarifOf(posture)), name).to.deep.equal([])
      }
      expect(sarifFaults({ version: '2.1.0', runs: [{}] })).not.to.deep.equal([])
    })
  }

  const ocsfFaults = officialOcsf()
  if (ocsfFaults !== undefined) {
    it(`are valid OCSF ${ocsfPresence}`, async () => {
      for (const [name, posture] of Object.entries(postures)) {
        const events = (await write(posture, 'ocsf')).split('\n').filter((line) => line !== '')
        for (const event of events) {
          const parsed = JSON.parse(event) as Parameters<OcsfCheck>[0]
          expect(ocsfFaults(parsed), `${name} ${event}`).to.deep.equal([])
        }
      }
    })
  }

  it('name every finding by the same id', async () => {
    const ids = resultsOf(bad()).map(({ id }) => id)
    for (const format of ['json', 'sarif', 'oscal-results', 'ocsf', 'asff', 'csv'] as const) {
      const text = await write(bad(), format)
      expect(
        ids.filter((id) => !text.includes(id)),
        format,
      ).to.deep.equal([])
    }
    const open = resultsOf(bad()).filter(({ state }) => state === 'fail')
    for (const format of ['oscal-poam', 'junit', 'html'] as const) {
      const text = await write(bad(), format)
      expect(
        open.filter(({ id }) => !text.includes(id)).map(({ id }) => id),
        format,
      ).to.deep.equal([])
    }
  })

  it('follow from the posture alone, byte for byte', async () => {
    for (const format of reportFormats.filter((each) => each !== 'pdf')) {
      expect(await write(bad(), format), format).to.equal(await write(bad(), format))
    }
  })

  it('show no secret of a file they found one in', async () => {
    for (const format of reportFormats) {
      expect(await write(bad(), format), format).not.to.match(/wJalrXUtnFEMI|admin123(?!,)/)
    }
  })

  it('never say that anybody complies', async () => {
    for (const format of reportFormats.filter((each) => each !== 'pdf')) {
      expect(await write(bad(), format), format).not.to.match(/\bcompliant\b|\bcertified\b/i)
    }
  })

  it('say in SARIF what cannot be decided as open, and give only failures a level', async () => {
    const unknown = {
      ...bad(),
      items: bad().items.map((item) => ({ ...item, state: 'unknown' as const, findings: [] })),
    }
    const { results } = (await sarifOf(unknown)).runs[0]
    expect(new Set(results.map(({ kind, level }) => `${kind} ${level}`))).to.deep.equal(
      new Set(['open none']),
    )
  })

  it('stand in SARIF in a file each, without which GitHub refuses all of them', async () => {
    const live = { file: 'postgres:campanile', startLine: 1, endLine: 1 }
    const items = bad().items.map((item, at) => ({
      ...item,
      findings: item.findings.map((finding) => (at % 2 === 0 ? finding : { ...finding, location: live })),
    }))
    for (const posture of [...Object.values(postures), { ...bad(), items }]) {
      for (const { locations, kind } of (await sarifOf(posture)).runs[0].results) {
        expect(locations?.[0]?.physicalLocation?.artifactLocation?.uri, kind).to.match(
          /^(?!postgres)[^:]|^file:/,
        )
      }
    }
  })

  it('say in SARIF of a waived failure who accepted it until when', async () => {
    const { results } = (await sarifOf(postures['waived'] ?? bad())).runs[0]
    const suppressed = results.filter(({ suppressions }) => suppressions !== undefined)
    expect(suppressed.map(({ kind }) => kind)).to.deep.equal(suppressed.map(() => 'fail'))
    expect(suppressed[0]?.suppressions?.[0]?.justification).to.match(/security office, until 2026-12-01/)
  })

  it('hold no more than 25 000 results in SARIF, and say how many were left out', async () => {
    const [item] = bad().items.filter(({ state }) => state === 'fail')
    const [finding] = item?.findings ?? []
    if (item === undefined || finding === undefined) return expect.fail('nothing fails')
    const findings = Array.from({ length: 25_010 }, (_, at) => ({ ...finding, id: `${finding.id}${at}` }))
    const [run] = (await sarifOf({ ...bad(), items: [{ ...item, findings }] })).runs
    expect(run.results).to.have.lengthOf(25_000)
    expect(JSON.stringify(run.invocations[0].toolExecutionNotifications)).to.include(
      '10 results are left out',
    )
  })

  it('name every resource an item looked at, also what passes and what does not apply', async () => {
    const posture = bad()
    const settled = posture.items.flatMap((item) => item.settled ?? [])
    expect(new Set(settled.map(({ status }) => status))).to.deep.equal(new Set(['pass', 'not-applicable']))
    for (const { id, counts, settled: own = [] } of posture.items) {
      const named = new Set(
        own.filter(({ status }) => status === 'pass').map((each) => `${each.resource} ${each.file}`),
      )
      expect(named.size, id).to.be.at.least(counts.pass === 0 ? 0 : 1)
    }
    const [csv, oscal] = [await write(posture, 'csv'), await write(posture, 'oscal-results')]
    for (const { id } of settled) expect(csv).to.include(id)
    const ids = new Set(allResultsOf(posture).map((result) => result.id))
    for (const id of ids) expect(oscal).to.include(id)
  })
})
