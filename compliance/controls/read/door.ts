/** How controls read a live door: the only place that knows the shape of that evidence. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'

/** True for a door that was asked. */
export function isDoor({ kind, type }: Resource): boolean {
  return kind === 'http' && type === 'door'
}

/** Says why nothing is known of the first page; undefined when it is. */
export function whyNoPage(door: Resource): string | undefined {
  const page = attributeOf(door, 'page.status')
  if (page === undefined) return 'was not asked for a page'
  return page.known ? undefined : page.why
}

/** True when the first page is one for browsers. */
export function isHtml(door: Resource): boolean {
  return /^text\/html\b/i.test(textOf(knownValueOf(door, 'page.header.content-type')))
}

/** Reads a header as text; undefined when the door does not send it. */
export function headerText(door: Resource, name: string): string | undefined {
  const value = knownValueOf(door, `page.header.${name}`)
  return typeof value === 'string' ? value : undefined
}

/** Reads the value of a directive of a Content Security Policy; undefined when it is not there. */
export function directiveOf(policy: string, name: string): readonly string[] | undefined {
  for (const part of policy.split(';')) {
    const [directive = '', ...values] = part.trim().toLowerCase().split(/\s+/)
    if (directive === name) return values
  }
  return undefined
}
