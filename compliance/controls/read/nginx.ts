/** How controls read nginx: servers and locations with what holds in them. */
import { attributeOf, childrenOf, knownValueOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

function isNginx(type: string): (resource: Resource) => boolean {
  return (resource) => resource.kind === 'nginx' && resource.type === type
}

export const isServerBlock = isNginx('server')
export const isLocation = isNginx('location')

/** Tells whether a server, or that of a location, speaks TLS: `listen 443 ssl`, or `ssl on` of old versions. */
export function speaksTls(resource: Resource): 'yes' | 'no' | 'unknown' {
  if (knownValueOf(resource, 'ssl') === 'on') return 'yes'
  const listens = attributeOf(resource, 'listen')
  const texts = childrenOf(resource, 'listen').map((path) => textOf(knownValueOf(resource, path)))
  if (texts.some((text) => /\s(?:ssl|quic)(?:\s|$)/.test(text))) return 'yes'
  if (texts.some((text) => text.includes('$'))) return 'unknown'
  return listens?.known === false && texts.length === 0 ? 'unknown' : 'no'
}

/** Reads the value of a header that `add_header` sends, without `always`; undefined where none is sent. */
export function addedHeader(
  resource: Resource,
  name: string,
): { readonly value: string; readonly at: Attribute } | undefined {
  for (const path of childrenOf(resource, 'add_header')) {
    const at = attributeOf(resource, path)
    const text = at?.known === true ? textOf(at.value) : ''
    if (at === undefined || !text.toLowerCase().startsWith(`${name.toLowerCase()} `)) continue
    return { value: text.slice(name.length + 1).replace(/\s+always$/, ''), at }
  }
  return undefined
}

/** True for a value that is made of variables: what it says is decided when somebody asks. */
export function isVariable(value: string): boolean {
  return value.includes('$')
}
