/** In which order a load is taken, and who may refuse it. */
import { expect } from 'chai'
import { CollectorError } from '../../../collector/errors.ts'
import { Dispatch } from '../../../collector/graph/dispatch.ts'
import type { Exporter } from '../../../collector/graph/exporter.ts'
import { Load } from '../../../collector/graph/load.ts'
import type { Tally } from '../../../collector/graph/tally.ts'
import { spansOf } from '../generate.ts'

const load = Load.ofBatch('traces', spansOf(3))
const full = new CollectorError('STORE_FULL', 'full')

describe('a dispatch', () => {
  let told: string[]
  let lost: string[]
  let dispatch: Dispatch

  beforeEach(() => {
    told = []
    lost = []
    const tally: Tally = {
      onLost: (signal, items, where) => void lost.push(`${items} ${signal} ${where}`),
      onThinned: () => undefined,
      onStatementError: () => undefined,
      onDefect: (error) => void lost.push(String(error)),
    }
    dispatch = new Dispatch(tally)
  })

  const exporter = (name: string, isDurable: boolean, trouble?: Error): Exporter => ({
    isDurable,
    consume: () => {
      told.push(name)
      return trouble === undefined ? Promise.resolve() : Promise.reject(trouble)
    },
    close: () => Promise.resolve(),
  })
  const keep = () => Promise.resolve(void told.push('store'))
  const codeOf = (settled: Promise<void>) =>
    settled.then(
      () => 'settled',
      (error: unknown) => (error instanceof CollectorError ? error.code : String(error)),
    )

  it('asks durable exporters first, then the store, then runs what counts, then asks the others', async () => {
    dispatch.deliver(exporter('memory', false), load)
    dispatch.deliver(exporter('disk', true), load)
    dispatch.after(() => told.push('count'))
    await dispatch.settle(keep)
    expect(told).to.deep.equal(['disk', 'store', 'count', 'memory'])
  })

  it('refuses what a durable exporter refuses, before anybody else has it', async () => {
    dispatch.deliver(exporter('memory', false), load)
    dispatch.deliver(exporter('disk', true, full), load)
    dispatch.after(() => told.push('count'))
    expect(await codeOf(dispatch.settle(keep))).to.equal('STORE_FULL')
    expect(told).to.deep.equal(['disk'])
  })

  it('refuses what the store refuses, before it is counted', async () => {
    dispatch.after(() => told.push('count'))
    expect(await codeOf(dispatch.settle(() => Promise.reject(full)))).to.equal('STORE_FULL')
    expect(told).to.deep.equal([])
  })

  it('counts as lost what an exporter in memory refuses while the store has it', async () => {
    dispatch.deliver(exporter('memory', false, full), load)
    expect(await codeOf(dispatch.settle(keep))).to.equal('settled')
    expect(lost).to.deep.equal(['3 traces queue_full'])
  })

  it('refuses what nobody has taken', async () => {
    dispatch.deliver(exporter('memory', false, full), load)
    expect(await codeOf(dispatch.settle())).to.equal('STORE_FULL')
    expect(lost).to.deep.equal([])
  })

  it('takes what one of several exporters in memory has taken', async () => {
    dispatch.deliver(exporter('one', false, full), load)
    dispatch.deliver(exporter('other', false), load)
    expect(await codeOf(dispatch.settle())).to.equal('settled')
    expect(lost).to.deep.equal(['3 traces queue_full'])
  })

  it('counts all that is refused of a load that no request waits for', async () => {
    dispatch.deliver(exporter('disk', true, full), load)
    dispatch.deliver(exporter('memory', false, new CollectorError('STORE_CLOSED', 'closed')), load)
    dispatch.after(() => told.push('count'))
    await dispatch.settleAlone()
    expect(lost).to.deep.equal(['3 traces queue_full', '3 traces exporter_refused'])
    expect(told).to.deep.equal(['disk', 'memory', 'count'])
  })

  it('tells of a defect of an exporter or of what counts, and goes on', async () => {
    dispatch.deliver(exporter('broken', false, new TypeError('broken')), load)
    dispatch.after(() => {
      throw new TypeError('miscounted')
    })
    dispatch.after(() => told.push('count'))
    expect(await codeOf(dispatch.settle(keep))).to.equal('settled')
    expect(lost).to.deep.equal(['TypeError: miscounted', '3 traces exporter_refused', 'TypeError: broken'])
    expect(told).to.include('count')
  })
})
