/** Checks that pipelines name components that exist and fit the signal, and orders them along their connectors. */
import { findComponent } from './catalogue.ts'
import { pointer, typeOf, type Section, type Signal } from './component.ts'
import type { FaultList } from './document.ts'
import type { PipelinePlan } from './plan.ts'

/** Ids of the components that the file defines, by section. */
export type Defined = Readonly<Record<Section, ReadonlySet<string>>>

const roles = ['receivers', 'processors', 'exporters'] as const
type Role = (typeof roles)[number]

/** Adds a fault for every reference that leads nowhere and every combination that cannot work. */
export function checkPipelines(pipelines: readonly PipelinePlan[], defined: Defined, list: FaultList): void {
  if (pipelines.length === 0) list.add('/service/pipelines', 'at least one pipeline')
  for (const pipeline of pipelines) {
    for (const role of roles) checkRole(pipeline, role, defined, list)
  }
  checkConnectors(pipelines, defined, list)
}

function checkRole(pipeline: PipelinePlan, role: Role, defined: Defined, list: FaultList): void {
  const ids = pipeline[role]
  const at = pointer('service', 'pipelines', pipeline.id, role)
  if (role !== 'processors' && ids.length === 0) list.add(at, `at least one of ${role}`)
  ids.forEach((id, index) => {
    const place = `${at}/${index}`
    const section = role !== 'processors' && defined.connectors.has(id) ? 'connectors' : role
    if (!defined[section].has(id)) list.add(place, `a component defined under ${role}`)
    else if (!fits(section, id, role, pipeline.signal)) list.add(place, `a component for ${pipeline.signal}`)
    else if (ids.indexOf(id) !== index) list.add(place, `${id} once`)
  })
}

function fits(section: Section, id: string, role: Role, signal: Signal): boolean {
  const component = findComponent(section, typeOf(id))
  if (section === 'connectors' && role === 'receivers') return component?.gives === signal
  return component?.signals.includes(signal) === true
}

/** A connector joins pipelines: it must end one and begin another. */
function checkConnectors(pipelines: readonly PipelinePlan[], defined: Defined, list: FaultList): void {
  for (const id of defined.connectors) {
    const ends = pipelines.some(({ exporters }) => exporters.includes(id))
    const begins = pipelines.some(({ receivers }) => receivers.includes(id))
    if (ends !== begins) list.add(pointer('connectors', id), 'use as exporter and as receiver')
  }
}

/**
 * Orders pipelines so that each comes after those that feed it; a cycle is a fault that names it.
 *
 * @param connectors ids of connectors
 */
export function orderPipelines(
  pipelines: readonly PipelinePlan[],
  connectors: ReadonlySet<string>,
  list: FaultList,
): readonly PipelinePlan[] {
  const done = new Set<PipelinePlan>()
  const ordered: PipelinePlan[] = []
  const visit = (pipeline: PipelinePlan, path: readonly PipelinePlan[]) => {
    const start = path.indexOf(pipeline)
    if (start !== -1) {
      reportCycle([...path.slice(start), pipeline], connectors, list)
      return
    }
    if (done.has(pipeline)) return
    for (const next of pipelines)
      if (joins(pipeline, next, connectors).length > 0) visit(next, [...path, pipeline])
    if (done.has(pipeline)) return
    done.add(pipeline)
    ordered.unshift(pipeline)
  }
  for (const pipeline of [...pipelines].reverse()) visit(pipeline, [])
  return ordered
}

function joins(from: PipelinePlan, to: PipelinePlan, connectors: ReadonlySet<string>): string[] {
  return from.exporters.filter((id) => connectors.has(id) && to.receivers.includes(id))
}

function reportCycle(cycle: readonly PipelinePlan[], connectors: ReadonlySet<string>, list: FaultList): void {
  const words = cycle.flatMap((pipeline, index) => {
    const next = cycle[index + 1]
    return next === undefined ? [pipeline.id] : [pipeline.id, joins(pipeline, next, connectors)[0] ?? '']
  })
  const [first] = cycle
  if (first !== undefined)
    list.add(pointer('service', 'pipelines', first.id, 'exporters'), `no cycle, found ${words.join(' -> ')}`)
}
