/** The words of `check` and `port-check`: what they write, and the exit code that goes with it. */
import { statSync } from 'node:fs'
import { ConfigError, describeFault } from '../../lib/config.ts'
import { loadAppliance } from './appliance.ts'
import { pointer } from './component.ts'
import type { CollectorConfig } from './config.ts'
import type { Variables } from './expand.ts'
import { loadCollectorConfig, readAll } from './load.ts'
import { policyText } from './policy-text.ts'
import { lostGuarantees } from './port-check.ts'
import { checkSite } from './site-check.ts'

export interface Answer {
  /** 0 nothing to say, 1 guarantees are lost, 2 the file has faults. */
  readonly code: 0 | 1 | 2
  readonly output: readonly string[]
  readonly errors: readonly string[]
}

interface Files {
  readonly path: string
  readonly appliance?: string
  readonly variables: Variables
}

/** Tells every fault of one or both files, and what is questionable though valid. */
export function check({ path, appliance, variables }: Files): Answer {
  return orFaults(() => {
    const { config, site } = readAll({
      config: () => loadWithFolders(path, variables),
      site: () => (appliance === undefined ? undefined : loadAppliance(appliance, variables)),
    })
    if (site !== undefined) checkSite(config, site)
    const remarks = [...config.warnings, ...config.lints]
    const files = appliance === undefined ? `${path} is` : `${path} and ${appliance} are`
    return { code: 0, output: [`${files} valid`], errors: remarks.map((remark) => `warning: ${remark}`) }
  })
}

/** As the reference engine, wants folders of storages to be there, unless they are to be created. */
function loadWithFolders(path: string, variables: Variables): CollectorConfig {
  const config = loadCollectorConfig(path, variables)
  const faults = config.plan.extensions.flatMap(({ id, type, settings }) => {
    if (type !== 'file_storage' || settings.createDirectory) return []
    if (statSync(settings.directory, { throwIfNoEntry: false })?.isDirectory() === true) return []
    const at = pointer('extensions', id, 'directory')
    return [
      config.faultAt(at, `a folder, found none at ${settings.directory}: or write create_directory: true`),
    ]
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return config
}

/** Names every guarantee that the file loses on the reference engine. */
export function portCheck({ path, variables }: Files, isJson: boolean): Answer {
  return orFaults(() => {
    const { plan, describe, faultAt } = loadCollectorConfig(path, variables)
    const lost = lostGuarantees(plan)
      .map((each) => ({ ...each, line: faultAt(each.at, '').line ?? 0, key: faultAt(each.at, '').key }))
      .sort((one, other) => one.line - other.line)
    const code = lost.length === 0 ? 0 : 1
    if (isJson) {
      const rows = lost.map(({ rule, line, key, text, advice }) => ({
        guarantee: rule,
        line,
        key,
        lost: text,
        advice,
      }))
      return { code, output: [JSON.stringify({ file: path, lost: rows }, null, 2)], errors: [] }
    }
    const lines = lost.map(
      ({ at, rule, text, advice }) => `${describe(at, `${rule}: ${text}`)}\n    do: ${advice}`,
    )
    const total = `${lost.length} ${lost.length === 1 ? 'guarantee is' : 'guarantees are'} lost on otelcol-contrib`
    return { code, output: [...lines, total], errors: [] }
  })
}

/** Writes the fence as processors of the reference engine. */
export function policy({ appliance, variables }: Omit<Files, 'path'>): Answer {
  return orFaults(() => {
    const privacy = appliance === undefined ? {} : loadAppliance(appliance, variables).privacy
    return { code: 0, output: [policyText(privacy).trimEnd()], errors: [] }
  })
}

function orFaults(run: () => Answer): Answer {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return { code: 2, output: [], errors: error.faults.map(describeFault) }
  }
}
