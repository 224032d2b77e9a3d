import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { eventually } from '../../support/poll.ts'
import {
  anEvent,
  append,
  ask,
  awaitCheckpoint,
  makeHome,
  startLedger,
  type LedgerHome,
  type LedgerProcess,
} from '../ledger-process.ts'
import { readParquet } from './read-parquet.ts'

interface Line {
  readonly index: number
  readonly leaf: { readonly id: string }
  readonly facts: { readonly action: string; readonly evidence?: unknown }
}

describe('a parquet export of a running ledger', () => {
  const offered = 7
  let home: LedgerHome
  let ledger: LedgerProcess

  before(async () => {
    home = await makeHome()
    // A child loads what the tests load.
    ledger = await startLedger(home, { variables: { NODE_OPTIONS: process.env['NODE_OPTIONS'] ?? '' } })
    await append(
      ledger,
      Array.from({ length: offered }, () => anEvent()),
    )
    await awaitCheckpoint(ledger, 'drill', offered)
  })
  after(async () => {
    await ledger.stop()
    await home.remove()
  })

  it('has every entry of the range, and the log has its hash', async () => {
    const response = await ask(ledger, `/v1/logs/drill/export?format=parquet&from=2&to=${offered}`)
    const bytes = new Uint8Array(await response.arrayBuffer())
    expect(response.headers.get('content-type')).to.equal('application/vnd.apache.parquet')
    const { rows } = await readParquet(bytes)
    expect(rows.map(({ index }) => Number(index))).to.deep.equal([2, 3, 4, 5, 6])
    expect(rows.every(({ actor, subject }) => (actor ?? subject ?? null) === null)).to.equal(true)
    const event = await eventually('the event of the export', async () => {
      const text = await (await ask(ledger, '/v1/logs/drill/export?format=jsonl')).text()
      const lines = text.split('\n').filter((line) => line !== '')
      const id = response.headers.get('campanile-event')
      return lines.map((line) => JSON.parse(line) as Line).find(({ leaf }) => leaf.id === id)
    })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    expect(event.facts.action).to.equal('ledger.exported')
    expect(event.facts.evidence).to.deep.equal({
      format: 'parquet',
      from: 2,
      to: offered,
      count: offered - 2,
      sha256,
    })
  })
})
