/** How controls read what a service mounts from its host. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

export interface Mount {
  readonly path: string
  readonly attribute: Attribute
  /** Path on the host; undefined when it is a named volume. */
  readonly source?: string
  /** Why the source is not known. */
  readonly why?: string
}

/** Lists the volumes of a service. */
export function mountsOf(resource: Resource): Mount[] {
  return childrenOf(resource, 'volumes').flatMap((path): Mount[] => {
    const attribute = attributeOf(resource, path)
    if (attribute === undefined) return []
    const source = attributeOf(resource, `${path}.source`)
    if (!attribute.known && source === undefined) return [{ path, attribute, why: attribute.why }]
    if (source?.known === false) return [{ path, attribute, why: source.why }]
    const text = source === undefined ? '' : textOf(source.value)
    return [{ path, attribute, ...(/^[./~]/.test(text) ? { source: text } : {}) }]
  })
}
