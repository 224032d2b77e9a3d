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
const refused = new CollectorError('EXPORT_REFUSED', 'refused')

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
    dispatch.after('traces', 3, () => told.push('count'))
    await dispatch.settle(keep)
    expect(told).to.deep.equal(['disk', 'store', 'count', 'memory'])
  })

  it('refuses what a durable exporter refuses, before anybody else has it', async () => {
    dispatch.deliver(exporter('memory', false), load)
    dispatch.deliver(exporter('disk', true, full), load)
    dispatch.after('traces', 3, () => told.push('count'))
    expect(await codeOf(dispatch.settle(keep))).to.equal('STORE_FULL')
    expect(told).to.deep.equal(['disk'])
  })

  it('keeps and counts what one side refuses for good, because nobody sends it again', async () => {
    dispatch.deliver(exporter('wrong token', true, refused), load)
    dispatch.deliver(exporter('disk', true), load)
    dispatch.after('traces', 3, () => told.push('count'))
    dispatch.deliver(exporter('memory', false), load)
    expect(await codeOf(dispatch.settle(keep))).to.equal('settled')
    expect(told).to.deep.equal(['wrong token', 'disk', 'store', 'count', 'memory'])
    // The exporter has counted it.
    expect(lost).to.deep.equal([])
  })

  it('refuses what the only side refuses for good', async () => {
    dispatch.deliver(exporter('wrong token', true, refused), load)
    expect(await codeOf(dispatch.settle())).to.equal('EXPORT_REFUSED')
  })

  it('refuses what one exporter may take later, whatever another refuses for good', async () => {
    dispatch.deliver(exporter('wrong token', true, refused), load)
    dispatch.deliver(exporter('disk', true, full), load)
    expect(await codeOf(dispatch.settle(keep))).to.equal('STORE_FULL')
    expect(told).to.deep.equal(['wrong token', 'disk'])
  })

  it('refuses what the store refuses, before it is counted', async () => {
    dispatch.after('traces', 3, () => told.push('count'))
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
    dispatch.after('traces', 3, () => told.push('count'))
    await dispatch.settleAlone()
    expect(lost).to.deep.equal(['3 traces queue_full', '3 traces exporter_refused'])
    expect(told).to.deep.equal(['count', 'disk', 'memory'])
  })

  it('tells of a defect of an exporter or of what counts, and goes on', async () => {
    dispatch.deliver(exporter('broken', false, new TypeError('broken')), load)
    dispatch.after('traces', 3, () => {
      throw new TypeError('miscounted')
    })
    dispatch.after('traces', 3, () => told.push('count'))
    expect(await codeOf(dispatch.settle(keep))).to.equal('settled')
    expect(lost).to.deep.equal([
      '3 traces defect',
      'TypeError: miscounted',
      '3 traces exporter_refused',
      'TypeError: broken',
    ])
    expect(told).to.include('count')
  })
})
