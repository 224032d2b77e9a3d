/** Lets everybody who looks at the status share one observation of the last seconds. */
import { observe, type GatherParts } from './gather.ts'
import { judge, type StatusPage } from './judge.ts'

/** How long an observation is good for. Pages ask every 5 s. */
const freshMillis = 3_000

export type TimedStatus = StatusPage & { readonly time: string }

/** Makes a reader of the status that observes at most every 3 s, and once for all who ask meanwhile. */
export function shareStatus(parts: GatherParts): () => Promise<TimedStatus> {
  let last: { readonly atMillis: number; readonly page: Promise<TimedStatus> } | undefined
  return () => {
    const atMillis = parts.nowMillis()
    if (last === undefined || atMillis - last.atMillis >= freshMillis) {
      const time = new Date(atMillis).toISOString()
      last = { atMillis, page: observe(parts).then((observed) => ({ ...judge(observed), time })) }
    }
    return last.page
  }
}
