import { expect } from 'chai'
import { ExportGuard } from '../../../audit/erasure/export-guard.ts'

const hourMillis = 3_600_000

describe('retention and exports of one log', () => {
  const emptied: string[] = []
  const empty = (guard: ExportGuard, tenant = 'drill') =>
    guard.empty(tenant, () => {
      emptied.push(tenant)
      return Promise.resolve()
    })
  beforeEach(() => emptied.splice(0))

  it('wait for no one of another log', async () => {
    const guard = new ExportGuard(() => 0)
    await guard.export('other', async () => {
      expect(await empty(guard)).to.equal(true)
    })
    expect(emptied).to.deep.equal(['drill'])
  })

  it('have retention put off while any export is under way', async () => {
    const guard = new ExportGuard(() => 0)
    const first = Promise.withResolvers<void>()
    const exported = guard.export('drill', () => first.promise)
    await guard.export('drill', () => Promise.resolve())
    expect(await empty(guard)).to.equal(false)
    first.resolve()
    await exported
    expect(await empty(guard)).to.equal(true)
    expect(emptied).to.have.length(1)
  })

  it('have an export begin after what is being emptied, however that ends', async () => {
    const guard = new ExportGuard(() => 0)
    const done = Promise.withResolvers<void>()
    const told: string[] = []
    const emptying = guard.empty('drill', () => done.promise).catch(() => told.push('failed'))
    const exporting = guard.export('drill', () => Promise.resolve(told.push('exported')))
    await new Promise((resolve) => setImmediate(resolve))
    expect(told).to.deep.equal([])
    done.reject(new Error('no database'))
    await Promise.all([emptying, exporting])
    expect(told).to.deep.equal(['failed', 'exported'])
  })

  it('put retention off for six hours and no longer, and then for no page of it', async () => {
    let now = 0
    const guard = new ExportGuard(() => now)
    const never = new Promise<void>(() => undefined)
    void guard.export('drill', () => never)
    const tried: boolean[] = []
    for (now = 0; now < 13 * hourMillis; now += hourMillis) tried.push(await empty(guard))
    expect(tried.flatMap((was, hour) => (was ? [hour] : []))).to.deep.equal([6, 7, 8, 9, 10, 11, 12])
  })

  it('count the six hours anew once no export is under way', async () => {
    let now = 0
    const guard = new ExportGuard(() => now)
    const put = (): Promise<boolean> => guard.export('drill', () => empty(guard))
    expect(await put()).to.equal(false)
    now = 7 * hourMillis
    expect(await put()).to.equal(false)
  })

  it('are told when an export fails, which puts nothing off any more', async () => {
    const guard = new ExportGuard(() => 0)
    const failed = await guard
      .export('drill', () => Promise.reject(new Error('gone')))
      .catch((error: Error) => error.message)
    expect([failed, await empty(guard)]).to.deep.equal(['gone', true])
  })
})
