/** How secret the data of a resource is, as its labels say. */
import { attributeOf, type Evidence, type Resource, type UnknownAttribute } from '../../evidence.ts'
import { inRoot } from './neighbours.ts'
import { classificationTags, tagOf } from './terraform.ts'

export interface Label {
  /** What is written on it, or on the provider for everything it makes. */
  readonly text?: string
  /** What may be the label, where nobody knows it. */
  readonly hidden?: UnknownAttribute
}

/** Reads the label; neither text nor hidden says that there is none. */
export function labelOf(resource: Resource, evidence: Evidence): Label {
  const text = tagOf(resource, evidence, classificationTags)
  if (text !== undefined && text !== '') return { text }
  const holders: readonly (readonly [Resource, string])[] = [
    [resource, 'tags'],
    [resource, 'labels'],
    [resource, 'settings.0.user_labels'],
    ...inRoot(evidence, resource, 'provider').flatMap((provider) => [
      [provider, 'default_tags.0.tags'] as const,
      [provider, 'default_labels'] as const,
    ]),
  ]
  for (const [holder, path] of holders) {
    for (const name of classificationTags) {
      const attribute = attributeOf(holder, `${path}.${name}`)
      if (attribute?.known === false) return { hidden: attribute }
    }
  }
  return {}
}

/** True for labels of data whose loss or leak harms people. */
export function isRestricted(text: string): boolean {
  return /restricted|confidential|sensitive|personal|pii|ferpa|phi/i.test(text)
}

/** True for labels that say that nothing of people is in it. */
export function isHarmlessLabel(text: string): boolean {
  return /^(public|internal|none|non-?sensitive|low)$/i.test(text.trim())
}
