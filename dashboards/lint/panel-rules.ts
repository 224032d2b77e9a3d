/** Rules about panels: that a reader understands them and that Grafana and the console can draw them. */
import { panelKinds, units } from '../model.ts'
import { logsSource, metricsSource } from '../render/sources.ts'
import { ofPanel, type Rule } from './fault.ts'
import { showsData, type PanelView } from './view.ts'

const columns = 24

const panelDatasource: Rule = ({ panels }) =>
  panels.filter(showsData).flatMap((panel) => {
    const wanted = panel.type === 'logs' ? logsSource : metricsSource
    return [panel, ...panel.targets]
      .filter(({ source, sourceType }) => source !== wanted.uid || sourceType !== wanted.type)
      .map(({ source }) => ofPanel(panel, `datasource ${source}`))
  })

const panelTitleDescription: Rule = ({ panels }) =>
  panels
    .filter((panel) => panel.title === '' || (showsData(panel) && panel.description.length < 20))
    .map((panel) => ofPanel(panel, `title “${panel.title}”, description “${panel.description}”`))

const panelUnit: Rule = ({ panels }) =>
  panels
    .filter((panel) => showsData(panel) && panel.type !== 'logs')
    .filter(({ unit }) => !units.some((known) => known === unit))
    .map((panel) => ofPanel(panel, `unit “${panel.unit}”`))

const panelNoTargets: Rule = ({ panels }) =>
  panels
    .filter((panel) => showsData(panel) && panel.targets.length === 0)
    .map((panel) => ofPanel(panel, 'no query'))

const panelKind: Rule = ({ panels }) =>
  panels
    .filter((panel) => showsData(panel) && !panelKinds.some((kind) => kind === panel.type))
    .map((panel) => ofPanel(panel, `kind ${panel.type}`))

const panelId: Rule = ({ panels }) => {
  const seen = new Set<number>()
  return panels
    .filter(({ id }) => {
      const isBad = id < 1 || seen.has(id)
      seen.add(id)
      return isBad
    })
    .map((panel) => ofPanel(panel, `id ${panel.id}`))
}

const panelPlace: Rule = ({ panels }) =>
  panels
    .filter((panel, at) => {
      const { x, w, h } = panel.place
      const isOutside = x < 0 || w < 1 || h < 1 || x + w > columns
      return isOutside || panels.slice(0, at).some((other) => overlap(panel, other))
    })
    .map((panel) => ofPanel(panel, `place ${JSON.stringify(panel.place)}`))

function overlap({ place: a }: PanelView, { place: b }: PanelView): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h
}

export const panelRules = {
  'panel-datasource': panelDatasource,
  'panel-title-description': panelTitleDescription,
  'panel-unit': panelUnit,
  'panel-no-targets': panelNoTargets,
  'panel-kind': panelKind,
  'panel-id': panelId,
  'panel-place': panelPlace,
} as const satisfies Record<string, Rule>
