/** What the collector's fences are built from: the site's policy, the date, and the keys of the pseudonyms. */
import { createHmac } from 'node:crypto'
import type { FenceOptions } from '../privacy/fence.ts'
import { createPseudonyms } from '../privacy/pseudonym.ts'
import type { Roster } from '../privacy/roster.ts'
import type { Appliance } from './config/appliance.ts'

export interface FenceParts {
  readonly appliance: Appliance
  /** Key for pseudonyms of join keys, the one the SDK is given; without it join keys are dropped. */
  readonly hmacKey?: Uint8Array
  /** The key before it: what SDKs write that were not started again since stays as it is. */
  readonly previousHmacKey?: Uint8Array
  /** Names of the campus; absent where the appliance file names no roster. */
  readonly roster?: Roster
}

/**
 * The same for metrics, where a label makes a series of each value. What names one person is no label, not even as a
 * pseudonym, and a key that the site allows is one only where its owner answers for the groups that it names.
 */
export function metricFenceOptions({ appliance, roster }: FenceParts): FenceOptions {
  const { allow = [], ...privacy } = appliance.privacy
  const labels = allow.filter(({ label }) => label === true)
  return fenceOptions({
    appliance: { ...appliance, privacy: { ...privacy, allow: labels } },
    ...(roster === undefined ? {} : { roster }),
  })
}

/** Says what every other fence of the process is built from; each adds its own counter. */
export function fenceOptions({ appliance, hmacKey, previousHmacKey, roster }: FenceParts): FenceOptions {
  const keys =
    hmacKey === undefined
      ? undefined
      : { current: hmacKey, ...(previousHmacKey === undefined ? {} : { previous: previousHmacKey }) }
  return {
    policy: { mode: 'enforce' as const, ...appliance.privacy },
    // Values of all services come by here, so more than the fence's default; about 8 MB.
    remembered: 16_384,
    ...(roster === undefined ? {} : { roster }),
    today: () => new Date().toISOString().slice(0, 10),
    ...(keys === undefined
      ? {}
      : {
          pseudonyms: createPseudonyms(keys, (key, text) =>
            createHmac('sha256', key).update(text).digest('hex'),
          ),
        }),
  }
}
