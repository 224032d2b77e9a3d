/** Writes a dashboard as classic (v1) JSON, schema version 42: what Grafana 10 to 12 and most tools read. */
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import * as classic from '@grafana/grafana-foundation-sdk/dashboard'
import * as gauge from '@grafana/grafana-foundation-sdk/gauge'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import * as loki from '@grafana/grafana-foundation-sdk/loki'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { dashboards } from '../../contracts/dashboards.ts'
import type { DashboardUid } from '../../contracts/dashboards.ts'
import type { Dashboard, LabelVariable, LogsPanel, Panel, Query } from '../model.ts'
import { annotationsOf, type Annotation } from './annotations.ts'
import { placeRows, withRefIds, type PlacedPanel } from './layout.ts'
import {
  defaults,
  formatOf,
  generatedFrom,
  logsSource,
  logsVariable,
  metricsSource,
  metricsVariable,
} from './sources.ts'
import * as visuals from './visuals.ts'

/**
 * A classic dashboard as far as we write it. The Foundation SDK marks its own type and builder of the whole as
 * deprecated in favour of v2, not those of the parts: the parts are its, the frame around them is ours.
 */
export interface ClassicDashboard {
  readonly uid: DashboardUid
  readonly title: string
  readonly description: string
  readonly tags: readonly string[]
  readonly editable: false
  readonly graphTooltip: number
  readonly schemaVersion: number
  readonly time: { readonly from: string; readonly to: string }
  readonly timezone: string
  readonly fiscalYearStartMonth: 0
  readonly refresh: string
  readonly links: readonly classic.DashboardLink[]
  readonly templating: { readonly list: readonly classic.VariableModel[] }
  readonly annotations: { readonly list: readonly classic.AnnotationQuery[] }
  readonly panels: readonly (classic.Panel | classic.RowPanel)[]
}

/** Renders one dashboard; the same model gives the same bytes. */
export function renderClassic(dashboard: Dashboard): ClassicDashboard {
  return {
    uid: dashboard.uid,
    title: dashboards[dashboard.uid],
    description: `${dashboard.description} ${generatedFrom}`,
    tags: [defaults.tag, ...dashboard.tags],
    editable: false,
    graphTooltip: classic.DashboardCursorSync.Crosshair,
    schemaVersion: 42,
    time: { from: defaults.from, to: defaults.to },
    timezone: defaults.timezone,
    fiscalYearStartMonth: 0,
    refresh: defaults.refresh,
    links: [linkToOthers()],
    templating: { list: variablesOf(dashboard) },
    annotations: { list: annotationsOf(dashboard).map(renderAnnotation) },
    panels: placeRows(dashboard).flatMap((row) => [
      new classic.RowBuilder(row.title).id(row.id).gridPos(row.place).build(),
      ...row.panels.map(renderPanel),
    ]),
  }
}

function linkToOthers(): classic.DashboardLink {
  return new classic.DashboardLinkBuilder('Dashboards')
    .type(classic.DashboardLinkType.Dashboards)
    .tags([defaults.tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
    .build()
}

function variablesOf(dashboard: Dashboard): classic.VariableModel[] {
  const sources = [new classic.DatasourceVariableBuilder(metricsVariable).label('Metrics').type('prometheus')]
  if (dashboard.logs) {
    sources.push(new classic.DatasourceVariableBuilder(logsVariable).label('Logs').type('loki'))
  }
  return [...sources.map((source) => source.build()), ...dashboard.variables.map(renderVariable)]
}

function renderVariable({
  name,
  title,
  description,
  series,
  label,
  all,
}: LabelVariable): classic.VariableModel {
  const question = `label_values(${series}, ${label})`
  return new classic.QueryVariableBuilder(name)
    .label(title)
    .description(description)
    .datasource(metricsSource)
    .query(question)
    .definition(question)
    .refresh(classic.VariableRefresh.OnTimeRangeChanged)
    .sort(classic.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ selected: true, text: 'All', value: '$__all' })
    .build()
}

function renderAnnotation({ name, expr, color, title, text, tags }: Annotation): classic.AnnotationQuery {
  return new classic.AnnotationQueryBuilder()
    .name(name)
    .datasource(metricsSource)
    .enable(true)
    .hide(false)
    .iconColor(color)
    .expr(expr)
    .titleFormat(title)
    .textFormat(text)
    .tagKeys(tags)
    .build()
}

function renderPanel({ id, panel, place }: PlacedPanel): classic.Panel {
  const builder = drawn(panel)
  builder.id(id).title(panel.title).description(panel.description).gridPos(place)
  if (panel.kind === 'logs') {
    return builder.datasource(logsSource).withTarget(logsTarget(panel)).build()
  }
  visuals.describeField(builder, panel)
  const { thresholds, mappings = [] } = panel
  if (thresholds !== undefined) builder.thresholds({ build: () => thresholdsOf(thresholds) })
  if (mappings.length > 0) builder.mappings([mappingOf(mappings)])
  builder.datasource(metricsSource)
  for (const query of withRefIds(panel.queries)) builder.withTarget(metricsTarget(query, formatOf(panel)))
  if (panel.kind === 'table') {
    builder.withTransformation({ id: 'organize', options: visuals.columnsOf(panel) })
  }
  return builder.build()
}

type PanelBuilder =
  | timeseries.PanelBuilder
  | stat.PanelBuilder
  | gauge.PanelBuilder
  | bargauge.PanelBuilder
  | heatmap.PanelBuilder
  | table.PanelBuilder
  | logs.PanelBuilder

function drawn(panel: Panel): PanelBuilder {
  switch (panel.kind) {
    case 'timeseries':
      return configured(new timeseries.PanelBuilder(), (builder) => visuals.drawTimeseries(builder, panel))
    case 'stat':
      return configured(new stat.PanelBuilder(), visuals.drawStat)
    case 'gauge':
      return configured(new gauge.PanelBuilder(), visuals.drawGauge)
    case 'bargauge':
      return configured(new bargauge.PanelBuilder(), visuals.drawBarGauge)
    case 'heatmap':
      return configured(new heatmap.PanelBuilder(), (builder) => visuals.drawHeatmap(builder, panel))
    case 'table':
      return configured(new table.PanelBuilder(), (builder) => visuals.drawTable(builder, panel))
    case 'logs':
      return configured(new logs.PanelBuilder(), visuals.drawLogs)
  }
}

function configured<B>(builder: B, configure: (builder: B) => void): B {
  configure(builder)
  return builder
}

function metricsTarget(
  { expr, legend, refId, instant = false, exemplar = false }: Query & { readonly refId: string },
  format: prometheus.PromQueryFormat,
): Builder<Dataquery> {
  const target = new prometheus.DataqueryBuilder()
    .refId(refId)
    .datasource(metricsSource)
    .editorMode(prometheus.QueryEditorMode.Code)
    .expr(expr)
    .format(format)
    .exemplar(exemplar)
  if (legend !== '') target.legendFormat(legend)
  return instant ? target.instant() : target.range()
}

function logsTarget(panel: LogsPanel): Builder<Dataquery> {
  return new loki.DataqueryBuilder()
    .refId('A')
    .datasource(logsSource)
    .editorMode(loki.QueryEditorMode.Code)
    .expr(panel.selector)
    .queryType('range')
    .maxLines(200)
}

function thresholdsOf(steps: NonNullable<Exclude<Panel, LogsPanel>['thresholds']>): classic.ThresholdsConfig {
  return {
    mode: classic.ThresholdsMode.Absolute,
    steps: steps.map(({ from, color }) => ({ value: from, color })),
  }
}

function mappingOf(mappings: NonNullable<Exclude<Panel, LogsPanel>['mappings']>): classic.ValueMap {
  const options = mappings.map(({ value, text, color }, index) => [value, { text, color, index }])
  // Keys are the values, texts the results: exactly a ValueMap's options.
  return {
    type: classic.MappingType.ValueToText,
    options: Object.fromEntries(options) as classic.ValueMap['options'],
  }
}
