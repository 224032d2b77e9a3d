import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import { offerOf } from '../../../audit/append/offer.ts'
import { Preparer } from '../../../audit/append/preparer.ts'
import type { LogKeys } from '../../../audit/store/log-keys.ts'
import type { AuditEvent } from '../../../contracts/audit-event.ts'
import { uuid7 } from '../../../lib/uuid7.ts'

const key = createSecretKey(Buffer.alloc(32, 1))

/** Keys of a log, and how many subjects each call for theirs was about. */
function makeKeys(tenant: string) {
  const calls: number[] = []
  const subjectKeys = {
    ensure: async (_tenant: string, tokens: readonly Buffer[]) => {
      calls.push(tokens.length)
      if (tenant === 'broken') throw new Error('no keys')
      return tokens.map(() => key)
    },
  }
  // Of the keys of a log these are what preparing takes.
  const keys = { tenant, subjectTokenKey: key, digestKey: key, subjectKeys } as unknown as LogKeys
  return { keys, calls }
}

const offers = (tenant: string, count: number) =>
  Array.from({ length: count }, () => {
    const event: AuditEvent = {
      id: uuid7(),
      tenant,
      producer: 'users',
      time: '2026-09-01T08:00:00.000Z',
      facts: { class: 'access', action: 'profile.read', outcome: 'success' },
    }
    return offerOf(event)
  })

describe('what prepares events', () => {
  it('takes those of many small requests together and answers each', async () => {
    const { keys, calls } = makeKeys('drill')
    const preparer = new Preparer()
    const requests = Array.from({ length: 60 }, (_, at) => offers('drill', 1 + (at % 3)))
    const prepared = await Promise.all(requests.map((request) => preparer.prepare(request, keys)))
    expect(calls).to.deep.equal([120])
    expect(prepared.map((each) => each.map(({ event }) => event.id))).to.deep.equal(
      requests.map((each) => each.map(({ event }) => event.id)),
    )
  })

  it('takes more turns for large ones, in their order, and leaves room for others in between', async () => {
    const { keys, calls } = makeKeys('drill')
    const preparer = new Preparer()
    const done: string[] = []
    const works = ['first', 'second', 'third'].map(async (name) => {
      await preparer.prepare(offers('drill', 200), keys)
      done.push(name)
      setImmediate(() => done.push(`after ${name}`))
    })
    await Promise.all(works)
    expect(calls).to.deep.equal([200, 200, 200])
    expect(done.filter((name) => !name.startsWith('after'))).to.deep.equal(['first', 'second', 'third'])
    expect(done).to.include('after first')
    expect(done.indexOf('after first')).to.be.below(done.indexOf('third'))
  })

  it('takes a request that is larger than a turn as it is', async () => {
    const { keys, calls } = makeKeys('drill')
    expect(await new Preparer().prepare(offers('drill', 500), keys)).to.have.length(500)
    expect(calls).to.deep.equal([500])
  })

  it('fails for one log and not for the other that came in the same turn', async () => {
    const [sound, broken] = [makeKeys('drill'), makeKeys('broken')]
    const preparer = new Preparer()
    const outcomes = await Promise.allSettled([
      preparer.prepare(offers('drill', 2), sound.keys),
      preparer.prepare(offers('broken', 2), broken.keys),
    ])
    expect(outcomes.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected'])
  })
})
