/**
 * Hashes and checks passwords with Argon2id. The cost is the point, so the number of hashes at once is bounded:
 * past it a login is told to come back instead of starving every other request of its core.
 */
import { hash, verify, type Options } from '@node-rs/argon2'
import { Refusal } from '../../lib/refusal.ts'

/** OWASP Password Storage Cheat Sheet: m = 19 MiB, t = 2, p = 1. */
export const argonOptions = {
  // Argon2id; the package declares its names as a const enum, which type stripping cannot read.
  algorithm: 2,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
} as const satisfies Options

/** Longest password that is hashed, in characters; shortest that is accepted for an account. */
export const maxPasswordCharacters = 128
export const minPasswordCharacters = 12

export interface Passwords {
  readonly hash: (password: string) => Promise<string>
  /** Checks against a stored hash; without one, against a hash of nothing, at the same cost, and answers false. */
  readonly check: (password: string, stored: string | undefined) => Promise<boolean>
}

export interface PasswordLimits {
  /** Hashes at once. Default 2: one per core of the smallest machine. */
  readonly running?: number
  /** Hashes that may wait. Default 32, a second or two of work. */
  readonly waiting?: number
}

/** Opens the hasher; computes the hash that stands in for unknown accounts. */
export async function openPasswords({ running = 2, waiting = 32 }: PasswordLimits = {}): Promise<Passwords> {
  const inTurn = turnstile(running, waiting)
  const nobody = await hash(crypto.randomUUID(), argonOptions)
  return {
    hash: (password) => inTurn(() => hash(password, argonOptions)),
    check: (password, stored) =>
      inTurn(async () => {
        const isRight = await verify(stored ?? nobody, password)
        return isRight && stored !== undefined
      }),
  }
}

function turnstile(running: number, waiting: number) {
  const queue: (() => void)[] = []
  let inside = 0
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (inside >= running) {
      if (queue.length >= waiting) {
        throw new Refusal('overloaded', {
          detail: 'too many logins at once',
          headers: { 'retry-after': '2' },
        })
      }
      // Whoever leaves hands its place over, so `inside` does not change here.
      await new Promise<void>((enter) => queue.push(enter))
    } else inside++
    try {
      return await work()
    } finally {
      const next = queue.shift()
      if (next === undefined) inside--
      else next()
    }
  }
}
