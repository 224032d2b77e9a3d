/** The one model of a dashboard: what is shown and why, with nothing of how Grafana writes it down. */
import type { DashboardUid } from '../contracts/dashboards.ts'

/** The kinds the console draws too; another kind would be empty there. */
export const panelKinds = ['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'heatmap', 'logs'] as const
export type PanelKind = (typeof panelKinds)[number]

/** Grafana's ids of the units in use; the console formats the same list. */
export const units = ['short', 'none', 's', 'bytes', 'Bps', 'percentunit', 'reqps', 'ops', 'cps'] as const
export type UnitId = (typeof units)[number]

/** A PromQL question. */
export interface Query {
  readonly expr: string
  /** Template of the series' name, with `{{label}}`. */
  readonly legend: string
  /** Asks for one value at the end of the range; false asks for the whole range. */
  readonly instant?: boolean
  /** Also asks for the traces behind the latencies. */
  readonly exemplar?: boolean
}

/** A colour from a value upwards; the first begins at minus infinity. */
export interface Threshold {
  readonly from: number | null
  readonly color: 'green' | 'yellow' | 'orange' | 'red' | 'blue' | 'text'
}

/** Words for a value, such as `up` for 1. */
export interface Mapping {
  readonly value: string
  readonly text: string
  readonly color: Threshold['color']
}

/** A label that becomes a column of a table. */
export interface Column {
  readonly label: string
  readonly title: string
}

interface Described {
  /** Unique in its dashboard: the panel's id is derived from it, so it survives panels put before it. */
  readonly title: string
  /** What is measured, and what a reader does with it. */
  readonly description: string
  /** Columns of 24. */
  readonly width: number
  /** Rows of 30 pixels. */
  readonly height: number
}

export interface DataPanel extends Described {
  readonly kind: Exclude<PanelKind, 'logs' | 'table'>
  readonly unit: UnitId
  readonly queries: readonly Query[]
  readonly decimals?: number
  readonly min?: number
  readonly max?: number
  readonly thresholds?: readonly Threshold[]
  readonly mappings?: readonly Mapping[]
  /** Draws the series on top of each other; only where their sum means something. */
  readonly stacked?: boolean
}

export interface TablePanel extends Described {
  readonly kind: 'table'
  readonly unit: UnitId
  readonly queries: readonly [Query]
  /** Columns from labels, in this order; every other label is hidden. */
  readonly columns: readonly Column[]
  /** Title of the column of values. */
  readonly valueTitle: string
  /** Where the order begins: with the value that needs a look. */
  readonly first: 'greatest' | 'least'
  readonly thresholds?: readonly Threshold[]
  readonly mappings?: readonly Mapping[]
}

export interface LogsPanel extends Described {
  readonly kind: 'logs'
  /** A LogQL stream selector. */
  readonly selector: string
}

export type Panel = DataPanel | TablePanel | LogsPanel

export interface Row {
  readonly title: string
  readonly panels: readonly Panel[]
}

/** A choice of the reader, whose values are those of a label. */
export interface LabelVariable {
  readonly name: string
  readonly title: string
  readonly description: string
  /** A selector of the series that carry the label; may name variables listed before. */
  readonly series: string
  readonly label: string
  /** What "All" stands for: a regular expression. */
  readonly all: string
}

export interface Dashboard {
  readonly uid: DashboardUid
  /** The question it answers. */
  readonly description: string
  readonly tags: readonly string[]
  /** Whether it reads logs, and so lets the reader choose where from. */
  readonly logs: boolean
  readonly variables: readonly LabelVariable[]
  readonly rows: readonly Row[]
}
