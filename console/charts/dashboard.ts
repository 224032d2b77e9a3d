/**
 * The part of Grafana's classic dashboard JSON (schema version 42) that the console draws. What a file leaves out
 * has Grafana's default; what the console does not draw is left aside, and a test holds the generated files to it.
 */
import { fieldsIn, listIn, numberIn, textIn, valueAt } from './json.ts'
import { readField, type Field } from './field.ts'
import { readVariable, type Variable } from './variables.ts'

export interface Target {
  readonly expression: string
  readonly legend: string | undefined
  readonly isInstant: boolean
  readonly hasExemplars: boolean
  readonly maxLines: number
}

/** Place on a grid of 24 columns. */
export interface Place {
  readonly x: number
  readonly y: number
  readonly w: number
  readonly h: number
}

/** Kinds of panels the console draws, by Grafana's names. */
const kinds = ['bargauge', 'gauge', 'heatmap', 'logs', 'stat', 'table', 'timeseries'] as const
export type Kind = (typeof kinds)[number]

/** Says whether the console draws a kind of panel. */
export function isKind(type: string): type is Kind {
  return kinds.some((kind) => kind === type)
}

export interface Panel {
  readonly id: number
  readonly type: string
  readonly title: string
  readonly description: string
  readonly place: Place
  readonly targets: readonly Target[]
  readonly field: Field
  readonly options: unknown
  readonly transformations: readonly unknown[]
  readonly maxDataPoints: number | undefined
}

/** Panels under one heading; those before the first row have none. */
export interface Group {
  readonly title: string | undefined
  readonly isCollapsed: boolean
  readonly panels: readonly Panel[]
}

export interface AnnotationQuery {
  readonly name: string
  readonly expression: string
  readonly color: string
  readonly title: string
  readonly text: string
}

export interface Dashboard {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly from: string
  readonly to: string
  /** As Grafana writes it: `30s`, empty for never. */
  readonly refresh: string
  readonly isCrosshairShared: boolean
  readonly variables: readonly Variable[]
  readonly annotations: readonly AnnotationQuery[]
  readonly groups: readonly Group[]
}

/** Reads a dashboard. */
export function readDashboard(json: unknown): Dashboard {
  const { uid, title, description, refresh, graphTooltip, panels } = fieldsIn(json)
  return {
    uid: textIn(uid),
    title: textIn(title),
    description: textIn(description),
    from: textIn(valueAt(json, 'time', 'from'), 'now-1h'),
    to: textIn(valueAt(json, 'time', 'to'), 'now'),
    refresh: textIn(refresh),
    isCrosshairShared: numberIn(graphTooltip) !== 0,
    variables: listIn(valueAt(json, 'templating', 'list')).map(readVariable),
    annotations: listIn(valueAt(json, 'annotations', 'list'))
      .filter((annotation) => valueAt(annotation, 'enable') === true)
      .map(readAnnotation)
      .filter(({ expression }) => expression !== ''),
    groups: readGroups(listIn(panels)),
  }
}

function readAnnotation(json: unknown): AnnotationQuery {
  const { name, expr, iconColor, titleFormat, textFormat } = fieldsIn(json)
  return {
    name: textIn(name),
    expression: textIn(expr),
    color: textIn(iconColor, 'blue'),
    title: textIn(titleFormat, textIn(name)),
    text: textIn(textFormat),
  }
}

/** A row holds its panels itself while it is collapsed; else they follow it in the list. */
function readGroups(panels: readonly unknown[]): readonly Group[] {
  const groups: { title: string | undefined; isCollapsed: boolean; panels: Panel[] }[] = []
  for (const json of panels) {
    const { type, title, collapsed, panels: own } = fieldsIn(json)
    if (type === 'row') {
      groups.push({
        title: textIn(title),
        isCollapsed: collapsed === true,
        panels: listIn(own).map(readPanel),
      })
      continue
    }
    if (groups.length === 0) groups.push({ title: undefined, isCollapsed: false, panels: [] })
    groups.at(-1)?.panels.push(readPanel(json))
  }
  return groups.filter((group) => group.panels.length > 0)
}

function readPanel(json: unknown): Panel {
  const {
    id,
    type,
    title,
    description,
    gridPos,
    targets,
    fieldConfig,
    options,
    transformations,
    maxDataPoints,
  } = fieldsIn(json)
  const { x, y, w, h } = fieldsIn(gridPos)
  return {
    id: numberIn(id) ?? 0,
    type: textIn(type),
    title: textIn(title),
    description: textIn(description),
    place: { x: numberIn(x) ?? 0, y: numberIn(y) ?? 0, w: numberIn(w) ?? 12, h: numberIn(h) ?? 8 },
    targets: listIn(targets)
      .filter((target) => valueAt(target, 'hide') !== true)
      .map(readTarget),
    field: readField(valueAt(fieldConfig, 'defaults')),
    options,
    transformations: listIn(transformations),
    maxDataPoints: numberIn(maxDataPoints),
  }
}

function readTarget(json: unknown): Target {
  const { expr, legendFormat, instant, range, exemplar, maxLines } = fieldsIn(json)
  return {
    expression: textIn(expr),
    legend: typeof legendFormat === 'string' ? legendFormat : undefined,
    isInstant: instant === true && range !== true,
    hasExemplars: exemplar === true,
    maxLines: numberIn(maxLines) ?? 100,
  }
}
