/** A classic dashboard as the lint looks at it: read back from what was written, so that it judges the output. */
import type { ClassicDashboard } from '../render/classic.ts'

export interface TargetView {
  readonly refId: string
  readonly expr: string
  readonly exemplar: boolean
  readonly sourceType: string
  readonly source: string
}

export interface PanelView {
  readonly id: number
  readonly title: string
  readonly description: string
  readonly type: string
  readonly unit: string
  readonly sourceType: string
  readonly source: string
  readonly place: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets: readonly TargetView[]
}

export interface VariableView {
  readonly name: string
  readonly type: string
  readonly question: string
  readonly refresh: number
}

export interface DashboardView {
  readonly uid: string
  readonly editable: boolean
  /** Names of the top-level fields. */
  readonly fields: readonly string[]
  readonly variables: readonly VariableView[]
  /** Rows included: they have ids and places too. */
  readonly panels: readonly PanelView[]
}

/** Reads a dashboard; what is missing becomes empty, for the rules to find. */
export function viewOf(dashboard: ClassicDashboard): DashboardView {
  return {
    uid: dashboard.uid,
    editable: dashboard.editable,
    fields: Object.keys(dashboard),
    variables: dashboard.templating.list.map((variable) => ({
      name: variable.name,
      type: variable.type,
      question: variable.definition ?? '',
      refresh: variable.refresh ?? 0,
    })),
    panels: dashboard.panels.map(panelView),
  }
}

/** True for what can show data. */
export const showsData = (panel: PanelView): boolean => panel.type !== 'row'

function panelView(panel: unknown): PanelView {
  const source = at(panel, 'datasource')
  return {
    id: numberAt(panel, 'id'),
    title: textAt(panel, 'title'),
    description: textAt(panel, 'description'),
    type: textAt(panel, 'type'),
    unit: textAt(at(at(panel, 'fieldConfig'), 'defaults'), 'unit'),
    sourceType: textAt(source, 'type'),
    source: textAt(source, 'uid'),
    place: placeOf(at(panel, 'gridPos')),
    targets: listAt(panel, 'targets').map(targetView),
  }
}

function placeOf(position: unknown): PanelView['place'] {
  return {
    x: numberAt(position, 'x'),
    y: numberAt(position, 'y'),
    w: numberAt(position, 'w'),
    h: numberAt(position, 'h'),
  }
}

function targetView(target: unknown): TargetView {
  const source = at(target, 'datasource')
  return {
    refId: textAt(target, 'refId'),
    expr: textAt(target, 'expr'),
    exemplar: at(target, 'exemplar') === true,
    sourceType: textAt(source, 'type'),
    source: textAt(source, 'uid'),
  }
}

function at(value: unknown, key: string): unknown {
  // An object has every key: absent ones are undefined.
  return typeof value === 'object' && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined
}

function textAt(value: unknown, key: string): string {
  const found = at(value, key)
  return typeof found === 'string' ? found : ''
}

function numberAt(value: unknown, key: string): number {
  const found = at(value, key)
  return typeof found === 'number' ? found : 0
}

function listAt(value: unknown, key: string): readonly unknown[] {
  const found = at(value, key)
  return Array.isArray(found) ? found : []
}
