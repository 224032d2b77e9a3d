/** The score of the last hardening scan and of those before it, as the scanner tells them. */
import { Posture } from '../../contracts/posture.ts'
import { PastScans, type PastScan } from '../../contracts/scan-history.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import type { PostureView } from './shapes.ts'
import { ask, jsonIn, knownOf } from './upstream.ts'

export interface PostureClient {
  readonly read: () => Promise<PostureView>
}

const checkPosture = validator(Posture)
const checkPast = validator(PastScans)
/** Scans of the past that are asked for: two weeks of nights, and one to compare the last of them with. */
const asked = 15
/** The page does not wait for the past as for the posture. */
const pastMillis = 3_000

/** Opens the scanner's door at `base` with a token of scope `posture:read`. */
export function postureAt(base: string, token: string | undefined): PostureClient {
  return {
    read: async () => {
      if (token === undefined) return { state: 'none', why: 'this console has no token for the scanner' }
      const [{ status, body }, past] = await Promise.all([
        ask({ url: `${base}/v1/posture`, token }),
        knownOf('The scanner', readPast(base, token)),
      ])
      if (status === 404 || status === 204) return { state: 'none', why: 'no scan has finished yet' }
      if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
      const outcome = checkPosture(jsonIn(body))
      if (!outcome.valid) throw new ConsoleError('UPSTREAM_INVALID', 'answered something else than a posture')
      return { state: 'scanned', posture: outcome.value, past }
    },
  }
}

async function readPast(base: string, token: string): Promise<readonly PastScan[]> {
  const { status, body } = await ask({
    url: `${base}/v1/scans?limit=${asked}`,
    token,
    timeoutMillis: pastMillis,
  })
  if (status === 404) throw new ConsoleError('UPSTREAM_REFUSED', 'has no database that keeps past scans')
  if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
  const outcome = checkPast(jsonIn(body))
  if (outcome.valid) return outcome.value.scans
  throw new ConsoleError('UPSTREAM_INVALID', 'answered something else than past scans')
}
