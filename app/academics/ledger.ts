/** Asks the ledger who read a student's record. Its answer crosses a wire and is checked like any other. */
import type { Sdk } from '#sdk'
import Type, { type Static } from 'typebox'
import { validator } from '../../lib/validate.ts'
import { AcademicsError } from './errors.ts'

const Access = Type.Object({
  id: Type.String(),
  index: Type.Integer({ minimum: 0 }),
  time: Type.Union([Type.String(), Type.Integer()]),
  action: Type.String(),
  class: Type.String(),
  outcome: Type.String(),
  basis: Type.Optional(Type.String()),
  actorRole: Type.Optional(Type.String()),
  party: Type.Optional(Type.String()),
  interest: Type.Optional(Type.String()),
  synthetic: Type.Optional(Type.Boolean()),
})
export type Access = Static<typeof Access>

const check = validator(Type.Object({ accesses: Type.Array(Access) }))

export interface LedgerReader {
  /** @throws AcademicsError ACADEMICS_LEDGER_AWAY */
  readonly accessesOf: (tenant: string, student: string) => Promise<readonly Access[]>
}

export interface LedgerReaderOptions {
  readonly sdk: Pick<Sdk, 'fetch'>
  /** Base URL without a trailing slash. */
  readonly url: string
  /** Service token with the scope `subjects:read`. */
  readonly token: string
  /** Longest wait for an answer, milliseconds. Default 3 000. */
  readonly timeoutMillis?: number
}

/** Opens the ledger's list of accesses. */
export function ledgerReader({ sdk, url, token, timeoutMillis = 3_000 }: LedgerReaderOptions): LedgerReader {
  return {
    accessesOf: async (tenant, student) => {
      try {
        const answer = await sdk.fetch(`${url}/v1/subjects/${tenant}/${student}/accesses`, {
          headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
          timeoutMillis,
        })
        if (!answer.ok) throw new Error(`the ledger answered ${answer.status}`)
        const body = check(await answer.json())
        if (!body.valid) throw new Error('the ledger answered no list of accesses')
        return body.value.accesses
      } catch (cause) {
        throw new AcademicsError('ACADEMICS_LEDGER_AWAY', 'the ledger did not list accesses', { cause })
      }
    },
  }
}
