/** Argon2id, a few at a time: the cost is the point, and a flood of logins must not take every core. */
import { randomUUID } from 'node:crypto'
import { hash, verify, type Options } from '@node-rs/argon2'
import { Refusal } from '../../lib/refusal.ts'

/** OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1. */
const argonOptions = {
  // Argon2id; the package declares its names as a const enum, which type stripping cannot read.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options

export interface Passwords {
  readonly hash: (password: string) => Promise<string>
  /** Checks against a stored hash; without one, against a hash of nothing, at the same cost, and answers false. */
  readonly check: (password: string, stored: string | undefined) => Promise<boolean>
}

/** Checks that may run or wait at once: a second of work. */
const maxAtOnce = 16

/** Opens the hasher; computes the hash that stands in for unknown accounts. */
export async function openPasswords(): Promise<Passwords> {
  const nobody = await hash(randomUUID(), argonOptions)
  let last: Promise<unknown> = Promise.resolve()
  let inside = 0
  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (inside >= maxAtOnce) {
      throw new Refusal('overloaded', { detail: 'too many logins at once', headers: { 'retry-after': '2' } })
    }
    inside++
    const turn = last.then(work, work)
    last = turn
    try {
      return await turn
    } finally {
      inside--
    }
  }
  return {
    hash: (password) => hash(password, argonOptions),
    check: (password, stored) =>
      inTurn(async () => {
        const isRight = await verify(stored ?? nobody, password)
        return isRight && stored !== undefined
      }),
  }
}
