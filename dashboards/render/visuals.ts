/** How each kind of panel looks: said once, to the builders of both formats. */
import type * as bargauge from '@grafana/grafana-foundation-sdk/bargauge'
import * as common from '@grafana/grafana-foundation-sdk/common'
import type * as gauge from '@grafana/grafana-foundation-sdk/gauge'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import type * as logs from '@grafana/grafana-foundation-sdk/logs'
import type * as stat from '@grafana/grafana-foundation-sdk/stat'
import type * as table from '@grafana/grafana-foundation-sdk/table'
import type * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'
import type { DataPanel, TablePanel } from '../model.ts'

type Timeseries = timeseries.PanelBuilder | timeseries.VisualizationV2Builder
type Stat = stat.PanelBuilder | stat.VisualizationV2Builder
type Gauge = gauge.PanelBuilder | gauge.VisualizationV2Builder
type BarGauge = bargauge.PanelBuilder | bargauge.VisualizationV2Builder
type Heatmap = heatmap.PanelBuilder | heatmap.VisualizationV2Builder
type Table = table.PanelBuilder | table.VisualizationV2Builder
type Logs = logs.PanelBuilder | logs.VisualizationV2Builder

interface Ranged {
  unit(unit: string): unknown
  decimals(decimals: number): unknown
  min(min: number): unknown
  max(max: number): unknown
}

/** Sets the unit and the bounds of the values. */
export function describeField(builder: Ranged, panel: DataPanel | TablePanel): void {
  builder.unit(panel.unit)
  if (panel.kind === 'table') return
  if (panel.decimals !== undefined) builder.decimals(panel.decimals)
  if (panel.min !== undefined) builder.min(panel.min)
  if (panel.max !== undefined) builder.max(panel.max)
}

/** Only the last value counts where one number is shown. */
const lastValue = () => new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false).fields('')

/** Draws lines, with the last and highest value of each in the legend. */
export function drawTimeseries(builder: Timeseries, panel: DataPanel): void {
  builder
    .drawStyle(common.GraphDrawStyle.Line)
    .lineInterpolation(common.LineInterpolation.Linear)
    .lineWidth(1)
    .fillOpacity(panel.stacked === true ? 40 : 10)
    .showPoints(common.VisibilityMode.Never)
    .spanNulls(false)
    .stacking(
      new common.StackingConfigBuilder()
        .mode(panel.stacked === true ? common.StackingMode.Normal : common.StackingMode.None)
        .group('A'),
    )
    .thresholdsStyle(
      new common.GraphThresholdsStyleConfigBuilder().mode(
        panel.thresholds === undefined
          ? common.GraphThresholdsStyleMode.Off
          : common.GraphThresholdsStyleMode.Dashed,
      ),
    )
    .legend(
      new common.VizLegendOptionsBuilder()
        .displayMode(common.LegendDisplayMode.Table)
        .placement(common.LegendPlacement.Bottom)
        .showLegend(true)
        .calcs(['lastNotNull', 'max']),
    )
    .tooltip(
      new common.VizTooltipOptionsBuilder()
        .mode(common.TooltipDisplayMode.Multi)
        .sort(common.SortOrder.Descending),
    )
}

/** Draws one big number with its course behind it. */
export function drawStat(builder: Stat): void {
  builder
    .graphMode(common.BigValueGraphMode.Area)
    .colorMode(common.BigValueColorMode.Value)
    .justifyMode(common.BigValueJustifyMode.Auto)
    .textMode(common.BigValueTextMode.Value)
    .orientation(common.VizOrientation.Auto)
    .reduceOptions(lastValue())
}

/** Draws an arc. */
export function drawGauge(builder: Gauge): void {
  builder.showThresholdLabels(false).showThresholdMarkers(true).reduceOptions(lastValue())
}

/** Draws one bar by series, lying. */
export function drawBarGauge(builder: BarGauge): void {
  builder
    .displayMode(common.BarGaugeDisplayMode.Basic)
    .orientation(common.VizOrientation.Horizontal)
    .showUnfilled(true)
    .reduceOptions(lastValue())
}

/** Draws the buckets of a histogram over time. */
export function drawHeatmap(builder: Heatmap, panel: DataPanel): void {
  builder
    .calculate(false)
    .yAxis(new heatmap.YAxisConfigBuilder().unit(panel.unit))
    .cellValues(new heatmap.CellValuesBuilder().unit('short'))
    .color(
      new heatmap.HeatmapColorOptionsBuilder()
        .mode(heatmap.HeatmapColorMode.Scheme)
        .scheme('Blues')
        .steps(32)
        .exponent(0.5),
    )
    .showValue(common.VisibilityMode.Never)
}

/** Draws a table, ordered by its value. */
export function drawTable(builder: Table, panel: TablePanel): void {
  builder
    .showHeader(true)
    .cellHeight(common.TableCellHeight.Sm)
    .sortBy([
      new common.TableSortByFieldStateBuilder()
        .displayName(panel.valueTitle)
        .desc(panel.first === 'greatest'),
    ])
}

/** Draws log lines, newest first. */
export function drawLogs(builder: Logs): void {
  builder
    .showTime(true)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(common.LogsSortOrder.Descending)
    .dedupStrategy(common.LogsDedupStrategy.None)
}

/** Options of the transformation that names the columns of a table and hides the clock. */
export function columnsOf(panel: TablePanel): Readonly<Record<string, unknown>> {
  const titles = [...panel.columns.map(({ label, title }) => [label, title]), ['Value', panel.valueTitle]]
  return {
    excludeByName: { Time: true },
    indexByName: Object.fromEntries(titles.map(([name], at) => [name, at])),
    renameByName: Object.fromEntries(titles),
  }
}
