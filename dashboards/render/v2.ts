/** Writes a dashboard as a resource of `dashboard.grafana.app/v2`: the default of Grafana 13. */
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import * as v2 from '@grafana/grafana-foundation-sdk/dashboardv2'
import * as gauge from '@grafana/grafana-foundation-sdk/gauge'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import * as logs from '@grafana/grafana-foundation-sdk/logs'
import * as loki from '@grafana/grafana-foundation-sdk/loki'
import * as prometheus from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as table from '@grafana/grafana-foundation-sdk/table'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import { dashboards, type DashboardUid } from '../../contracts/dashboards.ts'
import type { Dashboard, LabelVariable, LogsPanel, Panel, Query } from '../model.ts'
import { annotationsOf, type Annotation } from './annotations.ts'
import { placeRows, withRefIds, type PlacedPanel, type PlacedRow } from './layout.ts'
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

export interface DashboardResource {
  readonly apiVersion: 'dashboard.grafana.app/v2'
  readonly kind: 'Dashboard'
  readonly metadata: { readonly name: DashboardUid }
  readonly spec: v2.Dashboard
}

/** Renders one dashboard; the same model gives the same bytes. */
export function renderV2(dashboard: Dashboard): DashboardResource {
  const rows = placeRows(dashboard)
  const builder = new v2.DashboardBuilder(dashboards[dashboard.uid])
    .description(`${dashboard.description} ${generatedFrom}`)
    .tags([defaults.tag, ...dashboard.tags])
    .editable(false)
    .cursorSync(v2.DashboardCursorSync.Crosshair)
    .timeSettings(
      new v2.TimeSettingsBuilder()
        .from(defaults.from)
        .to(defaults.to)
        .autoRefresh(defaults.refresh)
        .timezone(defaults.timezone),
    )
    .links([linkToOthers()])
    .variables(variablesOf(dashboard))
    .annotations(annotationsOf(dashboard).map(renderAnnotation))
    .layout(new v2.RowsBuilder().rows(rows.map(renderRow)))
  for (const placed of rows.flatMap(({ panels }) => panels)) builder.element(placed.key, renderPanel(placed))
  return {
    apiVersion: 'dashboard.grafana.app/v2',
    kind: 'Dashboard',
    metadata: { name: dashboard.uid },
    spec: builder.build(),
  }
}

function linkToOthers(): Builder<v2.DashboardLink> {
  return new v2.DashboardLinkBuilder()
    .title('Dashboards')
    .type(v2.DashboardLinkType.Dashboards)
    .tags([defaults.tag])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true)
}

/** Positions in a v2 row count from the row, not from the top of the page. */
function renderRow(row: PlacedRow): v2.RowBuilder {
  const top = row.place.y + row.place.h
  const items = row.panels.map(({ key, place }) =>
    new v2.GridItemBuilder()
      .name(key)
      .x(place.x)
      .y(place.y - top)
      .width(place.w)
      .height(place.h),
  )
  return new v2.RowBuilder().title(row.title).collapse(false).layout(new v2.GridBuilder().items(items))
}

function variablesOf(dashboard: Dashboard): Builder<v2.VariableKind>[] {
  const sources = [new v2.DatasourceVariableBuilder(metricsVariable).label('Metrics').pluginId('prometheus')]
  if (dashboard.logs) {
    sources.push(new v2.DatasourceVariableBuilder(logsVariable).label('Logs').pluginId('loki'))
  }
  return [...sources, ...dashboard.variables.map(renderVariable)]
}

function renderVariable({
  name,
  title,
  description,
  series,
  label,
  all,
}: LabelVariable): v2.QueryVariableBuilder {
  const question = `label_values(${series}, ${label})`
  const query: v2.DataQueryKind = {
    kind: 'DataQuery',
    group: metricsSource.type,
    version: 'v0',
    datasource: { name: metricsSource.uid },
    spec: { qryType: 1, query: question, refId: `variable-${name}` },
  }
  return new v2.QueryVariableBuilder(name)
    .label(title)
    .description(description)
    .query({ build: () => query })
    .definition(question)
    .refresh(v2.VariableRefresh.OnTimeRangeChanged)
    .sort(v2.VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue(all)
    .current({ selected: true, text: 'All', value: '$__all' })
}

function renderAnnotation({ name, expr, color, title, text, tags }: Annotation): v2.AnnotationQueryBuilder {
  return new v2.AnnotationQueryBuilder()
    .name(name)
    .query(ofMetrics().expr(expr).refId('Annotation'))
    .enable(true)
    .hide(false)
    .iconColor(color)
    .builtIn(false)
    .legacyOptions({ titleFormat: title, textFormat: text, tagKeys: tags })
}

function renderPanel({ id, panel }: PlacedPanel): v2.PanelBuilder {
  const group = new v2.QueryGroupBuilder()
  if (panel.kind === 'logs') group.target(logsTarget(panel))
  else for (const query of withRefIds(panel.queries)) group.target(metricsTarget(query, formatOf(panel)))
  if (panel.kind === 'table') {
    group.transformation(new v2.TransformationBuilder().group('organize').options(visuals.columnsOf(panel)))
  }
  return new v2.PanelBuilder()
    .id(id)
    .title(panel.title)
    .description(panel.description)
    .data(group)
    .visualization(visualizationOf(panel))
}

type Visualization =
  | timeseries.VisualizationV2Builder
  | stat.VisualizationV2Builder
  | gauge.VisualizationV2Builder
  | bargauge.VisualizationV2Builder
  | heatmap.VisualizationV2Builder
  | table.VisualizationV2Builder
  | logs.VisualizationV2Builder

function visualizationOf(panel: Panel): Visualization {
  const builder = drawn(panel)
  if (panel.kind === 'logs') return builder
  visuals.describeField(builder, panel)
  const { thresholds, mappings = [] } = panel
  if (thresholds !== undefined) builder.thresholds({ build: () => thresholdsOf(thresholds) })
  if (mappings.length > 0) builder.mappings([mappingOf(mappings)])
  return builder
}

function drawn(panel: Panel): Visualization {
  switch (panel.kind) {
    case 'timeseries':
      return configured(new timeseries.VisualizationV2Builder(), (builder) =>
        visuals.drawTimeseries(builder, panel),
      )
    case 'stat':
      return configured(new stat.VisualizationV2Builder(), visuals.drawStat)
    case 'gauge':
      return configured(new gauge.VisualizationV2Builder(), visuals.drawGauge)
    case 'bargauge':
      return configured(new bargauge.VisualizationV2Builder(), visuals.drawBarGauge)
    case 'heatmap':
      return configured(new heatmap.VisualizationV2Builder(), (builder) =>
        visuals.drawHeatmap(builder, panel),
      )
    case 'table':
      return configured(new table.VisualizationV2Builder(), (builder) => visuals.drawTable(builder, panel))
    case 'logs':
      return configured(new logs.VisualizationV2Builder(), visuals.drawLogs)
  }
}

function configured<B>(builder: B, configure: (builder: B) => void): B {
  configure(builder)
  return builder
}

const ofMetrics = () =>
  new prometheus.QueryV2Builder()
    .version('v0')
    .datasource({ name: metricsSource.uid })
    .editorMode(prometheus.QueryEditorMode.Code)

function metricsTarget(
  { expr, legend, refId, instant = false, exemplar = false }: Query & { readonly refId: string },
  format: prometheus.PromQueryFormat,
): v2.TargetBuilder {
  const query = ofMetrics().expr(expr).format(format).exemplar(exemplar).instant(instant).range(!instant)
  if (legend !== '') query.legendFormat(legend)
  return new v2.TargetBuilder().refId(refId).hidden(false).query(query)
}

function logsTarget(panel: LogsPanel): v2.TargetBuilder {
  const query = new loki.QueryV2Builder()
    .version('v0')
    .datasource({ name: logsSource.uid })
    .editorMode(loki.QueryEditorMode.Code)
    .expr(panel.selector)
    .queryType('range')
    .maxLines(200)
  return new v2.TargetBuilder().refId('A').hidden(false).query(query)
}

function thresholdsOf(steps: NonNullable<Exclude<Panel, LogsPanel>['thresholds']>): v2.ThresholdsConfig {
  return {
    mode: v2.ThresholdsMode.Absolute,
    steps: steps.map(({ from, color }) => ({ value: from, color })),
  }
}

function mappingOf(mappings: NonNullable<Exclude<Panel, LogsPanel>['mappings']>): v2.ValueMap {
  const options = mappings.map(({ value, text, color }, index) => [value, { text, color, index }])
  // Keys are the values, texts the results: exactly a ValueMap's options.
  return { type: v2.MappingType.Value, options: Object.fromEntries(options) as v2.ValueMap['options'] }
}
