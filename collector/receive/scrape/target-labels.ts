/**
 * Labels that a scrape adds: job, instance and those of the configuration. Where the target exposes one of them
 * itself, `honor_labels` decides which stays (Prometheus, `scrape_config`).
 */
import type { Attribute, Resource } from '../../process/model.ts'
import type { ExposedFamily, ExposedLabels, ExposedSample } from './exposition.ts'

export interface TargetLabels {
  readonly job: string
  /** host:port. */
  readonly instance: string
  readonly scheme: string
  /** Further labels of everything the target exposes. */
  readonly labels: Readonly<Record<string, string>>
  readonly honorLabels: boolean
}

/** What one job and instance expose; the target may speak for others when its labels are honoured. */
export interface OwnFamilies {
  readonly job: string
  readonly instance: string
  readonly families: ExposedFamily[]
}

/** Labels the families of a page and parts them by job and instance. */
export function labelFamilies(families: readonly ExposedFamily[], target: TargetLabels): OwnFamilies[] {
  const found = new Map<string, OwnFamilies>()
  for (const family of families) {
    const byOwner = Map.groupBy(
      family.samples.map((sample) => labelled(sample, target)),
      ({ job, instance }) => JSON.stringify([job, instance]),
    )
    for (const [key, own] of byOwner) {
      const [{ job, instance } = target] = own
      let owner = found.get(key)
      if (owner === undefined) found.set(key, (owner = { job, instance, families: [] }))
      owner.families.push({ ...family, samples: own.map(({ sample }) => sample) })
    }
  }
  return [...found.values()]
}

interface Labelled {
  readonly sample: ExposedSample
  readonly job: string
  readonly instance: string
}

function labelled(sample: ExposedSample, target: TargetLabels): Labelled {
  const { honorLabels, labels: added } = target
  const labels = new Map(sample.labels)
  const exposed = (name: string) => {
    const value = labels.get(name) ?? ''
    if (value === '') return undefined
    labels.delete(name)
    if (honorLabels) return value
    labels.set(exportedName(name, labels), value)
    return undefined
  }
  const job = exposed('job') ?? target.job
  const instance = exposed('instance') ?? target.instance
  for (const [name, value] of Object.entries(added)) labels.set(name, exposed(name) ?? value)
  return { sample: { ...sample, labels: [...labels] }, job, instance }
}

/** Prometheus puts `exported_` before a name until nothing else has it. */
function exportedName(name: string, labels: ReadonlyMap<string, string>): string {
  let exported = `exported_${name}`
  while (labels.has(exported)) exported = `exported_${exported}`
  return exported
}

/** Labels of the target's own metrics, such as `up`. */
export function ownLabels({ labels }: TargetLabels): ExposedLabels {
  return Object.entries(labels)
}

/** Describes a job and instance as the Collector does: the address stands in the instance and by itself. */
export function scrapedResource(job: string, instance: string, scheme: string): Resource {
  const [, host = instance, port = ''] = /^(.*):(\d{1,5})$/.exec(instance) ?? []
  const attributes: Attribute[] = [
    { key: 'service.name', value: job },
    { key: 'service.instance.id', value: instance },
    { key: 'server.address', value: host },
    ...(port === '' ? [] : [{ key: 'server.port', value: Number(port) }]),
    { key: 'url.scheme', value: scheme },
  ]
  return { attributes, droppedAttributes: 0 }
}
