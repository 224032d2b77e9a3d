/** How secret the data of a resource is, as its labels say. */
import { attributeOf, type Evidence, type Resource, type UnknownAttribute } from '../../evidence.ts'
import { inRoot, oncePerRoot } from './neighbours.ts'
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
  const hidden =
    hiddenIn(resource, ['tags', 'labels', 'settings.0.user_labels']) ?? hiddenByProviders(resource, evidence)
  return hidden === undefined ? {} : { hidden }
}

const hiddenByProviders = oncePerRoot((of, evidence) => {
  for (const provider of inRoot(evidence, of, 'provider')) {
    const hidden = hiddenIn(provider, ['default_tags.0.tags', 'default_labels'])
    if (hidden !== undefined) return hidden
  }
  return undefined
})

function hiddenIn(holder: Resource, paths: readonly string[]): UnknownAttribute | undefined {
  for (const path of paths) {
    for (const name of classificationTags) {
      const attribute = attributeOf(holder, `${path}.${name}`)
      if (attribute?.known === false) return attribute
    }
  }
  return undefined
}

/** True for labels of data whose loss or leak harms people. */
export function isRestricted(text: string): boolean {
  return /restricted|confidential|sensitive|personal|pii|ferpa|phi/i.test(text)
}

/** True for labels that say that nothing of people is in it. */
export function isHarmlessLabel(text: string): boolean {
  return /^(public|internal|none|non-?sensitive|low)$/i.test(text.trim())
}
