/** Reads the tokens that stand in files of their own. */
import { readFileSync } from 'node:fs'
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { pointer } from './component.ts'
import type { CollectorConfig } from './config.ts'

/**
 * Puts the token of every `bearertokenauth` that names a file into the plan.
 *
 * @throws ConfigError where a file cannot be read or holds no token
 */
export function readTokens(config: CollectorConfig): CollectorConfig {
  const faults: ConfigFault[] = []
  const extensions = config.plan.extensions.map((planned) => {
    if (planned.type !== 'bearertokenauth' || planned.settings.filename === undefined) return planned
    const token = tokenIn(planned.settings.filename)
    if (token === undefined) {
      const at = pointer('extensions', planned.id, 'filename')
      faults.push(config.faultAt(at, 'a file with a token of 16 to 512 printable characters'))
      return planned
    }
    return { ...planned, settings: { ...planned.settings, token } }
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return { ...config, plan: { ...config.plan, extensions } }
}

function tokenIn(path: string): string | undefined {
  try {
    const token = readFileSync(path, 'utf8').trim()
    return /^[!-~]{16,512}$/.test(token) ? token : undefined
  } catch {
    return undefined
  }
}
