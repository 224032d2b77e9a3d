/**
 * `grafana.ini` as one resource `settings`: `<section>.<key>` in lower case, with `_` for the dots of a section, as its
 * environment variables have it (`GF_AUTH_ANONYMOUS_ENABLED` is `auth_anonymous.enabled`).
 */
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { resourceFrom } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import type { Value } from '../value.ts'

export const settingsReader: FileReader = {
  kind: 'grafana',
  path: /(?:^|\/)(?:grafana|custom)\.ini$/i,
  read: gatherSettings,
}

/** Reads one file; never throws. A value that stands for another (`$__file{…}`, `${…}`) is unknown. */
function gatherSettings({ file, bytes }: FileBytes): Gathered {
  const sections = new Map<string, Map<string, Value>>()
  let section = 'default'
  for (const [index, line] of Buffer.from(bytes).toString('utf8').split('\n').entries()) {
    const at = { file, startLine: index + 1, endLine: index + 1 }
    const text = line.trim()
    if (text === '' || text.startsWith(';') || text.startsWith('#')) continue
    const heading = /^\[([^\]]*)\]/.exec(text)?.[1]
    if (heading !== undefined) section = heading.trim().toLowerCase().replaceAll(/[.-]/g, '_')
    const equals = text.indexOf('=')
    if (heading !== undefined || equals === -1) continue
    const key = text.slice(0, equals).trim().toLowerCase()
    const own = sections.get(section) ?? new Map<string, Value>()
    own.set(key, { ...valueOf(text.slice(equals + 1).trim()), at })
    sections.set(section, own)
  }
  const entries = [...sections].map(([name, own]) => [name, { kind: 'map', entries: own } as const] as const)
  const root: Value = { kind: 'map', entries: new Map<string, Value>(entries) }
  const top = { file, startLine: 1, endLine: 1 }
  const identity = { kind: 'grafana', type: 'settings', name: 'grafana', address: 'settings' } as const
  return { resources: [resourceFrom(identity, root, top)], faults: [] }
}

function valueOf(text: string): Value {
  const plain = /^(["'`])(.*)\1$/.exec(text)?.[2] ?? text
  return /\$(?:__\w+)?\{/.test(plain)
    ? { kind: 'unknown', why: 'is kept elsewhere', expression: plain }
    : { kind: 'plain', value: plain }
}
