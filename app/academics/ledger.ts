/** Asks the ledger who read a student's record. Its answer crosses a wire and is checked like any other. */
import type { Sdk } from '#sdk'
import Type, { type Static } from 'typebox'
import { ShortToken } from '../../lib/short-token.ts'
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

/** One page, newest first; `next` is the index to go on below, absent at the end. */
const check = validator(
  Type.Object({ accesses: Type.Array(Access), next: Type.Optional(Type.Integer({ minimum: 0 })) }),
)

/** Entries of one page, the most the ledger gives. */
const pageSize = 1_000
/** Pages that are followed; a list that is longer is told to be cut. */
const maxPages = 20

export interface AccessList {
  /** Newest first. */
  readonly accesses: readonly Access[]
  /** False when older entries were left out. */
  readonly isComplete: boolean
}

export interface LedgerReader {
  /**
   * Lists every access to a student's record, up to 20 000.
   *
   * @throws AcademicsError ACADEMICS_LEDGER_AWAY
   */
  readonly accessesOf: (tenant: string, student: string) => Promise<AccessList>
}

export interface LedgerReaderOptions {
  readonly sdk: Pick<Sdk, 'fetch'>
  /** Base URL without a trailing slash. */
  readonly url: string
  /** Long-lived token with the scope `subjects:read`; over TLS it is exchanged for short-lived ones. */
  readonly token: string
  /** Longest wait for an answer, milliseconds. Default 3 000. */
  readonly timeoutMillis?: number
}

/** Opens the ledger's list of accesses. */
export function ledgerReader({ sdk, url, token, timeoutMillis = 3_000 }: LedgerReaderOptions): LedgerReader {
  const short = new ShortToken({ ledgerUrl: url, token, fetch: sdk.fetch, timeoutMillis })
  const page = async (address: string) => {
    const answer = await sdk.fetch(address, {
      headers: { authorization: `Bearer ${await short.get()}`, accept: 'application/json' },
      timeoutMillis,
      signal: AbortSignal.timeout(timeoutMillis),
    })
    if (answer.status === 401) short.forget()
    if (!answer.ok) throw new Error(`the ledger answered ${answer.status}`)
    const body = check(await answer.json())
    if (!body.valid) throw new Error('the ledger answered no list of accesses')
    return body.value
  }
  return {
    accessesOf: async (tenant, student) => {
      const first = `${url}/v1/subjects/${tenant}/${student}/accesses?limit=${pageSize}`
      const accesses: Access[] = []
      try {
        let next: number | undefined
        for (let pages = 0; pages < maxPages; pages++) {
          const found = await page(next === undefined ? first : `${first}&before=${next}`)
          accesses.push(...found.accesses)
          next = found.next
          if (next === undefined) return { accesses, isComplete: true }
        }
        return { accesses, isComplete: false }
      } catch (cause) {
        throw new AcademicsError('ACADEMICS_LEDGER_AWAY', 'the ledger did not list accesses', { cause })
      }
    },
  }
}
