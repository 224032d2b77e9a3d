/** Asks a door whether its process is ready. */
import { messageOf } from '../../../lib/errors.ts'

/** Builds a probe that passes when a URL answers 2xx within two seconds. */
export function httpProbe(url: string): () => Promise<string | undefined> {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' })
      const text = await response.text()
      return response.ok ? undefined : `${url} answered ${response.status} ${text.slice(0, 200)}`
    } catch (error) {
      return `${url}: ${describe(error)}`
    }
  }
}

/** The cause says more than fetch's own message, which is always the same. */
function describe(error: unknown): string {
  return error instanceof Error && error.cause !== undefined ? messageOf(error.cause) : messageOf(error)
}
