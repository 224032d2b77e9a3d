import { createHash } from 'node:crypto'
import { expect } from 'chai'
import fc from 'fast-check'
import type { LedgerEntry } from '../../../audit/format/entry.ts'
import { OscalResults } from '../../../audit/report/oscal-results.ts'
import { entries as anyEntries } from '../format/arbitrary-entry.ts'
import { officialOscal, oscalPresence } from '../../support/official-oscal.ts'
import { propertyRuns } from '../../support/property.ts'

const leafHash = createHash('sha256').update('leaf').digest()
const faultsOf = officialOscal() ?? (() => [])

interface Observation {
  readonly uuid: string
  readonly props: readonly { readonly name: string; readonly value: string }[]
}

function entry(facts: LedgerEntry['facts'], index = 0): LedgerEntry {
  const time = 1_788_249_600_000 + index
  const leaf = { version: 2, id: '', producer: 'academics', time, eventTime: time, commitment: '' } as const
  const place = { tenant: 'drill', origin: 'ledger.example/logs/drill', index, leafHash, leaf }
  return facts === undefined ? place : { ...place, facts }
}

function write(entries: readonly LedgerEntry[]) {
  const range = { start: 3, end: 3 + entries.length }
  const results = new OscalResults({
    tenant: 'drill',
    origin: 'ledger.example/logs/drill',
    range,
  })
  return results.write(entries) + results.end()
}

function documentOf(entries: readonly LedgerEntry[]) {
  // Its shape is checked by the schema.
  return JSON.parse(write(entries))['assessment-results'] as {
    readonly uuid: string
    readonly metadata: { readonly remarks: string; readonly version: string }
    readonly results: readonly [
      { readonly observations: readonly Observation[]; readonly findings?: unknown },
    ]
  }
}

function countsOf(entries: readonly LedgerEntry[]): Readonly<Record<string, string>> {
  const [{ observations }] = documentOf(entries).results
  return Object.fromEntries(
    observations.flatMap(({ props }) => props.map(({ name, value }) => [name, value])),
  )
}

const read = { class: 'access', action: 'transcript.read', outcome: 'success' } as const

describe('assessment results of a log', () => {
  it(`are OSCAL whatever the entries say, ${oscalPresence}`, () => {
    fc.assert(
      fc.property(fc.array(anyEntries, { maxLength: 20 }), (entries) => {
        expect(faultsOf(JSON.parse(write(entries)))).to.deep.equal([])
      }),
      propertyRuns({ ci: 30, soak: 2_000 }),
    )
  })

  it('count what was read, refused, reviewed and given up', () => {
    const counts = countsOf([
      entry({ ...read, reason: 'advisor' }),
      entry({ ...read, action: 'break_glass.read', reason: 'break_glass' }),
      entry({ ...read, action: 'break_glass.reviewed', reason: 'unjustified' }),
      entry({ ...read, action: 'transcript.denied', outcome: 'denied' }),
      entry({ ...read, action: 'record.disclosed', class: 'disclosure' }),
      entry({ ...read, action: 'auth.failed', class: 'security', outcome: 'failure' }),
      entry(undefined),
    ])
    expect(counts).to.include({
      entries: '7',
      'by-relationship': '1',
      'by-typed-reason': '1',
      'reasons-found-unjustified': '1',
      refused: '1',
      disclosures: '1',
      'failed-logins': '1',
      'without-facts': '1',
      scans: '0',
    })
  })

  it('carry the digest of the leaf hashes of their range', () => {
    const digest = createHash('sha256').update('campanile/oscal-range/v1\0').update(leafHash).update(leafHash)
    expect(write([entry(read), entry(read, 1)])).to.contain(digest.digest('hex'))
  })

  it('are the same for the same entries, under other identifiers for others', () => {
    const uuids = (entries: readonly LedgerEntry[]) =>
      documentOf(entries).results[0].observations.map(({ uuid }) => uuid)
    const one = [entry(read)]
    expect(write(one)).to.equal(write(one))
    const all = [...uuids(one), ...uuids([...one, entry(read, 1)])]
    expect(new Set(all).size).to.equal(all.length)
  })

  it('are another version of the same document once an entry is no longer kept', () => {
    const [kept, gone] = [[entry(read)], [entry(undefined)]].map((entries) => documentOf(entries))
    expect(gone?.uuid).to.equal(kept?.uuid)
    expect(gone?.metadata.version).not.to.equal(kept?.metadata.version)
  })

  it('judge nothing, and say so when they are of demo data', () => {
    const document = documentOf([entry({ ...read, synthetic: true })])
    expect(document.results[0]).not.to.have.property('findings')
    expect(document.metadata.remarks).to.match(/no evidence/)
    expect(documentOf([entry(read)]).metadata.remarks).not.to.match(/no evidence/)
  })
})
