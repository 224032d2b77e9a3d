import { expect } from 'chai'
import { prng } from '../../../../app/demo/domain/prng.ts'
import { plays } from '../../../../app/demo/traffic/scenarios.ts'
import type { Answer, Session } from '../../../../app/demo/traffic/session.ts'

/** A session that answers what it is told and remembers what was asked. */
function aSession(role: 'registrar' | 'staff', answers: Readonly<Record<string, unknown>>) {
  const asked: { readonly path: string; readonly body: unknown }[] = []
  const send = async (
    method: string,
    path: string,
    options?: { readonly body?: unknown },
  ): Promise<Answer> => {
    asked.push({ path: `${method} ${path}`, body: options?.body })
    return { status: 200, body: answers[path] ?? {} }
  }
  const account = { email: 'someone@university-a.example', tenant: 'university_a', role, password: 'x' }
  // The play asks nothing else of a session.
  return { asked, session: { account, send, accountId: () => 'account-1' } as unknown as Session }
}

async function play(role: 'registrar' | 'staff', answers: Readonly<Record<string, unknown>>) {
  const { asked, session } = aSession(role, answers)
  const random = prng(1)
  for (let at = 0; at < 40; at++) await plays.transcript({ session, random, dayAhead: () => '2026-11-21' })
  return asked
}

describe('the demo’s registrar', () => {
  it('reviews what was opened with a typed reason, the oldest first', async () => {
    const reviews = [{ id: 'glass-1' }, { id: 'glass-2' }]
    const asked = await play('registrar', { '/api/academics/glass?limit=1': { reviews } })
    const review = asked.find(({ path }) => path === 'POST /api/academics/glass/glass-1/review')
    expect(review?.body).to.have.property('verdict', 'justified')
    expect(asked.some(({ path }) => path.includes('glass-2'))).to.equal(false)
  })

  it('reviews nothing where nothing waits, and nobody else reviews', async () => {
    const none = await play('registrar', { '/api/academics/glass?limit=1': { reviews: [] } })
    const staff = await play('staff', { '/api/academics/glass?limit=1': { reviews: [{ id: 'glass-1' }] } })
    expect([...none, ...staff].some(({ path }) => path.endsWith('/review'))).to.equal(false)
    expect(staff.some(({ path }) => path.includes('glass'))).to.equal(false)
  })
})
