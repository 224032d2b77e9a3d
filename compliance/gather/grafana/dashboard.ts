/**
 * Dashboards of Grafana, in the form of files (v1) and of its API (v2): one resource `dashboard` with title and tags,
 * and one `panel` per panel that asks something, with `targets.N.expr` and, for PromQL, `targets.N.query`.
 */
import type { Position, Resource } from '../../evidence.ts'
import type { FileReader } from '../file-reader.ts'
import type { FileBytes } from '../module/source.ts'
import { fileNameOf, resourceFrom } from '../shapes/values.ts'
import type { Gathered } from '../terraform.ts'
import { valueOfJson, type Value } from '../value.ts'
import { panelQuery } from './panel-query.ts'

export const dashboardReader: FileReader = {
  kind: 'grafana',
  path: /(?:dashboard|grafana)[^]*\.json$/i,
  recognises: (text) =>
    (/"panels"\s*:/.test(text) && /"(?:schemaVersion|timezone|templating)"\s*:/.test(text)) ||
    (/"kind"\s*:\s*"Dashboard"/.test(text) && /"elements"\s*:/.test(text)),
  read: gatherDashboard,
}

const panelLimit = 500
const depthLimit = 8

interface Panel {
  readonly title: string
  readonly targets: readonly Target[]
}

interface Target {
  readonly expr: string
  readonly language: string | undefined
}

/** Reads one dashboard; never throws. */
function gatherDashboard({ file, bytes }: FileBytes): Gathered {
  const text = Buffer.from(bytes).toString('utf8')
  const top: Position = { file, startLine: 1, endLine: 1 }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return { resources: [], faults: [{ code: 'GATHER_SYNTAX', message: 'expected JSON', ...top }] }
  }
  const spec = fieldOf(json, 'spec') ?? fieldOf(json, 'dashboard') ?? json
  const elements = fieldOf(spec, 'elements')
  const panels = (elements === undefined ? panelsOf(spec, 0) : elementsOf(elements)).slice(0, panelLimit)
  const metadata = fieldOf(json, 'metadata')
  const uid = textOf(fieldOf(spec, 'uid') ?? fieldOf(metadata, 'name')) ?? fileNameOf(file)
  const value = valueOfJson({
    uid,
    title: textOf(fieldOf(spec, 'title')) ?? '',
    tags: fieldOf(spec, 'tags') ?? [],
    panels: panels.length,
  })
  const identity = { kind: 'grafana', type: 'dashboard', name: uid, address: `dashboard.${uid}` } as const
  const places = new Places(text, file)
  const made = panels.map((panel, index) => panelResource(panel, { uid, index, places }))
  return { resources: [resourceFrom(identity, value, top), ...made], faults: [] }
}

function panelResource(
  { title, targets }: Panel,
  { uid, index, places }: { readonly uid: string; readonly index: number; readonly places: Places },
): Resource {
  const items = targets.map(({ expr, language }): Value => {
    const isPromql = language === undefined || language === 'prometheus'
    const query = isPromql ? panelQuery(expr, language === 'prometheus') : undefined
    const entries: [string, Value][] = [
      ['expr', valueOfJson(expr)],
      ['language', valueOfJson(language ?? null)],
    ]
    if (query !== undefined) entries.push(['query', query])
    return { kind: 'map', entries: new Map(entries), at: places.of(expr) }
  })
  const value: Value = {
    kind: 'map',
    entries: new Map<string, Value>([
      ['title', valueOfJson(title)],
      ['dashboard', valueOfJson(uid)],
      ['targets', { kind: 'list', items }],
    ]),
  }
  const name = `${uid}.${index}`
  const at = places.of(targets[0]?.expr ?? title)
  return resourceFrom({ kind: 'grafana', type: 'panel', name, address: `panel.${name}` }, value, at)
}

/** Finds the line on which a text stands; what is made by a program stands on few lines, or on one. */
class Places {
  private readonly file: string
  /** Offset of each line's first character. */
  private readonly starts: readonly number[]
  /** Offset of the first of each text, as it is written with its quotes: looked for one by one, they cost a product. */
  private readonly texts = new Map<string, number>()

  constructor(text: string, file: string) {
    this.file = file
    for (const { 0: written, index } of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"/g)) {
      if (!this.texts.has(written)) this.texts.set(written, index)
    }
    const starts = [0]
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
    this.starts = starts
  }

  of(written: string): Position {
    const at = this.texts.get(JSON.stringify(written)) ?? -1
    let [low, high] = [0, this.starts.length - 1]
    while (low < high) {
      const middle = Math.ceil((low + high) / 2)
      if ((this.starts[middle] ?? 0) <= at) low = middle
      else high = middle - 1
    }
    return { file: this.file, startLine: low + 1, endLine: low + 1 }
  }
}

/** Panels of rows stand in the rows, or behind them. */
function panelsOf(holder: unknown, depth: number): Panel[] {
  if (depth > depthLimit) return []
  const panels = [...listOf(fieldOf(holder, 'panels')), ...listOf(fieldOf(holder, 'rows'))]
  return panels.flatMap((panel): Panel[] => {
    const shared = textOf(fieldOf(fieldOf(panel, 'datasource'), 'type'))
    const targets = listOf(fieldOf(panel, 'targets')).flatMap((target): Target[] => {
      const expr = textOf(fieldOf(target, 'expr'))
      if (expr === undefined || expr === '') return []
      return [{ expr, language: textOf(fieldOf(fieldOf(target, 'datasource'), 'type')) ?? shared }]
    })
    const own = targets.length === 0 ? [] : [{ title: textOf(fieldOf(panel, 'title')) ?? '', targets }]
    return [...own, ...panelsOf(panel, depth + 1)]
  })
}

function elementsOf(elements: unknown): Panel[] {
  return Object.values(Object(elements) as object).flatMap((element: unknown): Panel[] => {
    const spec = fieldOf(element, 'spec')
    const targets = listOf(fieldOf(fieldOf(fieldOf(spec, 'data'), 'spec'), 'queries')).flatMap(
      (each): Target[] => {
        const query = fieldOf(fieldOf(each, 'spec'), 'query')
        const expr = textOf(fieldOf(fieldOf(query, 'spec'), 'expr'))
        return expr === undefined || expr === '' ? [] : [{ expr, language: textOf(fieldOf(query, 'group')) }]
      },
    )
    return targets.length === 0 ? [] : [{ title: textOf(fieldOf(spec, 'title')) ?? '', targets }]
  })
}

function fieldOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  // Asserted in the line above.
  return (value as Readonly<Record<string, unknown>>)[key]
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
