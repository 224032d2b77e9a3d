/** How exposed a resource is, as far as it says so itself. */
import { knownValueOf, type Resource } from '../evidence.ts'
import type { Exposure } from './judged.ts'

/** Where a resource is labelled with the class of its data: tags of Terraform, labels of Compose. */
const labels = ['DataClassification', 'DataClass', 'data-classification', 'data_classification']

/**
 * Reads the exposure: 3 for resources labelled public or restricted, 2 for those labelled with personal or internal
 * data, 1 for the rest.
 */
export function exposureOf(resource: Resource): Exposure {
  for (const label of labels) {
    for (const holder of ['tags', 'labels']) {
      const value = knownValueOf(resource, `${holder}.${label}`)
      if (typeof value !== 'string') continue
      if (/public|restricted/i.test(value)) return 3
      if (/personal|confidential|internal|pii/i.test(value)) return 2
    }
  }
  return 1
}
