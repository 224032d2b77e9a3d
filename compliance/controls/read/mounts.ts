/** How controls read what a service mounts from its host. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { textOf } from '../text.ts'
import { besideAt } from './neighbours.ts'

export interface Mount {
  readonly path: string
  readonly attribute: Attribute
  /** Path on the host; undefined when it is a named volume. */
  readonly source?: string
  /** Why the source is not known. */
  readonly why?: string
}

/** Lists the volumes of a service; a named one that is bound to a path of the host is that path. */
export function mountsOf(resource: Resource, evidence: Evidence): Mount[] {
  return childrenOf(resource, 'volumes').flatMap((path): Mount[] => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    const source = attributeOf(resource, `${path}.source`)
    const home = homeIn(source ?? attribute)
    if (home !== undefined) return [{ path, attribute, source: home }]
    if (!attribute.known && source === undefined) return [{ path, attribute, why: attribute.why }]
    if (source?.known === false) return [{ path, attribute, why: source.why }]
    const text = source === undefined ? '' : textOf(source.value)
    return [{ path, attribute, ...(isPath(text) ? { source: text } : boundTo(text, resource, evidence)) }]
  })
}

/** Whose home it is nobody knows; that it is one says enough: `${HOME}/.ssh:/root/.ssh`. */
function homeIn(attribute: Attribute): string | undefined {
  return attribute.known ? undefined : /^\$(?:\{HOME\}|HOME\b)[^:]*/.exec(attribute.expression ?? '')?.[0]
}

function isPath(text: string): boolean {
  return /^[./~]/.test(text)
}

/** The local driver can bind a volume to any path: `driver_opts: { type: none, o: bind, device: /var/run }`. */
function boundTo(name: string, service: Resource, evidence: Evidence): { source?: string; why?: string } {
  if (name === '') return {}
  const volume = besideAt(evidence, service, `volume.${name}`)
  const device = volume === undefined ? undefined : attributeOf(volume, 'driver_opts.device')
  if (volume === undefined || device === undefined) return {}
  if (!device.known) return { why: `device ${device.why}` }
  const options = textOf(knownValueOf(volume, 'driver_opts.o')).split(',')
  const isBound = options.some((option) => option === 'bind' || option === 'rbind')
  return isBound && isPath(textOf(device.value)) ? { source: textOf(device.value) } : {}
}
