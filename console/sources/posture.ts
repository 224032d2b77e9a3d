/** The score of the last hardening scan, as the scanner tells it; before the first scan there is none. */
import { Posture } from '../../contracts/posture.ts'
import { validator } from '../../lib/validate.ts'
import { ConsoleError } from '../errors.ts'
import type { PostureView } from './shapes.ts'
import { ask, jsonIn } from './upstream.ts'

export interface PostureClient {
  readonly read: () => Promise<PostureView>
}

const checkPosture = validator(Posture)

/** Opens the scanner's door at `base` with a token of scope `posture:read`. */
export function postureAt(base: string, token: string | undefined): PostureClient {
  return {
    read: async () => {
      if (token === undefined) return { state: 'none', why: 'this console has no token for the scanner' }
      const { status, body } = await ask({ url: `${base}/v1/posture`, token })
      if (status === 404 || status === 204) return { state: 'none', why: 'no scan has finished yet' }
      if (status !== 200) throw new ConsoleError('UPSTREAM_REFUSED', `answered ${status}`)
      const outcome = checkPosture(jsonIn(body))
      if (outcome.valid) return { state: 'scanned', posture: outcome.value }
      throw new ConsoleError('UPSTREAM_INVALID', 'answered something else than a posture')
    },
  }
}
