import { createSecretKey } from 'node:crypto'
import { expect } from 'chai'
import type { Pool } from '#sdk'
import type { LogKeys } from '../../../../audit/store/log-keys.ts'
import { RegisterStore } from '../../../../audit/store/record/register-store.ts'

const key = createSecretKey(Buffer.alloc(32, 7))
// The store uses no more of the keys where nothing is sealed.
const keys = { tenant: 'drill', subjectTokenKey: key, digestKey: key } as unknown as LogKeys
const row = {
  id: '00000000-0000-4000-8000-000000000001',
  revision: 1,
  state: 'placed',
  subject: null,
  facts: '{"scope":"tenant"}',
  sealed: null,
  changed_by: Buffer.alloc(32),
  command: Buffer.alloc(32),
  opened_at: '2026-09-01T08:00:00.000Z',
  due_at: null,
  closed_at: null,
}

/** A register of so many holds. */
function storeOf(holds: number) {
  const query = (_sql: string, parameters: readonly unknown[]) =>
    Promise.resolve(Array.from({ length: Math.min(holds, Number(parameters.at(-1))) }, () => row))
  const pool = { inTenant: <T>(_tenant: string, work: (tx: unknown) => Promise<T>) => work({ query }) }
  // The store uses no more of a pool than this.
  return new RegisterStore(pool as unknown as Pool)
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'found',
    (error: unknown) => (error as { code?: string }).code,
  )

describe('a register', () => {
  it('that has more than is read at once is not taken for what was read of it', async () => {
    expect(await codeOf(storeOf(20_000).find(keys, 'hold', {}))).to.equal('found')
    expect(await codeOf(storeOf(20_001).find(keys, 'hold', {}))).to.equal('AUDIT_REGISTER_FULL')
  })

  it('is read as far as was asked for', async () => {
    expect(await storeOf(20_001).find(keys, 'hold', { limit: 2 })).to.have.length(2)
  })
})
