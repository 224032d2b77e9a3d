import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { ledgerReader } from '../../../app/academics/ledger.ts'
import { AcademicsError } from '../../../app/academics/errors.ts'

/** A ledger with `total` entries, of which only the oldest is somebody else's. */
function fakeLedger(total: number, asked: string[]): Server {
  return createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '', 'http://ledger')
    asked.push(request.url ?? '')
    const limit = Number(searchParams.get('limit') ?? 100)
    const before = Number(searchParams.get('before') ?? total)
    const indexes = Array.from({ length: Math.min(limit, before) }, (_, at) => before - 1 - at)
    const accesses = indexes.map((index) => ({
      id: `entry-${index}`,
      index,
      time: '2026-11-21T08:00:00.000Z',
      action: 'transcript.read',
      class: 'access',
      outcome: 'success',
      actorRole: index === 0 ? 'faculty' : 'student',
    }))
    const last = indexes.at(-1)
    const next = last !== undefined && indexes.length === limit ? { next: last } : {}
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ accesses, ...next }))
  })
}

describe('the list of accesses, page by page', () => {
  let server: Server
  let asked: string[]
  afterEach(() => server.close())

  async function listOf(total: number) {
    asked = []
    server = fakeLedger(total, asked)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    return ledgerReader({ sdk: { fetch }, url, token: 'a-token-for-this-test' }).accessesOf(
      'university_a',
      'x',
    )
  }

  it('finds the one look of somebody else behind thousands of own visits', async () => {
    const { accesses, isComplete } = await listOf(2_345)
    expect(isComplete).to.equal(true)
    expect(accesses).to.have.length(2_345)
    expect(accesses.filter(({ actorRole }) => actorRole === 'faculty')).to.have.length(1)
    expect(asked).to.have.length(3)
  })

  it('says when it is cut', async () => {
    const { accesses, isComplete } = await listOf(20_001)
    expect(isComplete).to.equal(false)
    expect(accesses).to.have.length(20_000)
  })

  it('is empty and complete for nobody', async () => {
    expect(await listOf(0)).to.deep.equal({ accesses: [], isComplete: true })
  })

  it('is an error of the room when the ledger is away', async () => {
    const reader = ledgerReader({ sdk: { fetch }, url: 'http://127.0.0.1:9', token: 'a-token-for-this-test' })
    const failed = await reader.accessesOf('university_a', 'x').then(
      () => undefined,
      (error: unknown) => error,
    )
    expect(failed).to.be.instanceOf(AcademicsError)
  })
})
