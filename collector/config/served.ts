/** What the running collector does not do out of all that a configuration may ask for; it is refused at start. */
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { pointer, sections, type Section } from './component.ts'
import type { CollectorConfig } from './config.ts'

const serverKeys = ['certFile', 'certPem', 'keyFile', 'keyPem']
/** Keys that are not honoured, by section and type; the dotted path of each. */
const unservedKeys: Readonly<Partial<Record<Section, Readonly<Record<string, readonly string[]>>>>> = {
  receivers: {
    otlp: ['protocols.http.tls', 'protocols.grpc.tls'].flatMap(keysOfTls),
    faro: keysOfTls('tls'),
  },
  exporters: {
    prometheus: keysOfTls('tls'),
    prometheusremotewrite: [...keysOfTls('tls'), ...clientKeys('tls')],
    otlp_http: [...keysOfTls('tls'), ...clientKeys('tls')],
    otlp_grpc: [...keysOfTls('tls'), ...clientKeys('tls')],
  },
  extensions: { health_check: keysOfTls('tls') },
}

function keysOfTls(path: string): readonly string[] {
  return serverKeys.map((key) => `${path}.${key}`)
}

function clientKeys(path: string): readonly string[] {
  return ['caFile', 'caPem', 'insecureSkipVerify', 'serverNameOverride'].map((key) => `${path}.${key}`)
}

/**
 * Refuses what is valid and would not be done.
 *
 * @throws ConfigError with every fault
 */
export function checkServed({ plan, faultAt }: CollectorConfig): void {
  const faults: ConfigFault[] = sections.flatMap((section) =>
    plan[section].flatMap(({ id, type, settings }) =>
      unserved(section, type, settings).map((expected) => faultAt(pointer(section, id), expected)),
    ),
  )
  if (faults.length > 0)
    throw new ConfigError(faults.sort((one, other) => (one.line ?? 0) - (other.line ?? 0)))
}

function unserved(section: Section, type: string, settings: unknown): readonly string[] {
  return (unservedKeys[section]?.[type] ?? [])
    .filter((path) => isGiven(settings, path.split('.')))
    .map((path) => `no ${path}, which serve does not do`)
}

/** Whether something other than `false` stands at a path. */
function isGiven(settings: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return settings !== undefined && settings !== false
  if (typeof settings !== 'object' || settings === null) return false
  return isGiven(new Map(Object.entries(settings)).get(key), rest)
}
