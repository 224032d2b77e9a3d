/** Calls with a time limit and an answer that is checked before it is believed. */
import type { Static, TSchema } from 'typebox'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { DrillError } from '../errors.ts'

/** Longest wait for one answer, in milliseconds: a machine that is all taken up answers late. */
const timeoutMillis = 30_000

export interface Call extends Omit<RequestInit, 'signal'> {
  /** Named in errors. */
  readonly who: string
  readonly url: string
}

/** Sends a request. @throws DrillError DRILL_UNREACHABLE when nobody answers in time */
export async function send({ who, url, ...init }: Call): Promise<Response> {
  try {
    return await fetch(url, { redirect: 'manual', ...init, signal: AbortSignal.timeout(timeoutMillis) })
  } catch (cause) {
    throw new DrillError('DRILL_UNREACHABLE', `${who} does not answer: ${messageOf(cause)}`, { cause })
  }
}

/** Makes a call whose answer must be JSON of a schema. */
export function reader<S extends TSchema>(schema: S): (call: Call) => Promise<Static<S>> {
  const check = validator(schema)
  return async (call) => {
    const response = await send(call)
    const text = await response.text()
    if (!response.ok) {
      throw new DrillError('DRILL_UNREACHABLE', `${call.who} answered ${response.status}, expected 200`)
    }
    const outcome = check(parse(text))
    if (outcome.valid) return outcome.value
    const [fault] = outcome.faults
    const where = `${fault?.at ?? ''}: expected ${fault?.expected ?? 'json'}`
    throw new DrillError('DRILL_UNREACHABLE', `${call.who} answered something else at ${where}`)
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // No schema of ours takes it.
  }
}
