/** Policies of Google Cloud that are given as one document: `policy_data`, from `data.google_iam_policy` or in JSON. */
import { attributeOf, childrenOf, type Evidence, type Resource } from '../../evidence.ts'
import { referredTo } from './referred.ts'

export interface GoogleBinding {
  /** The resource it is written in. */
  readonly resource: Resource
  /** Path of its role. */
  readonly role: string
  /** Path of its members. */
  readonly members: string
}

export interface GoogleBindings {
  readonly bindings: readonly GoogleBinding[]
  /** Why there may be others. */
  readonly hidden?: string
}

/** Lists the bindings of the policy in `policy_data`. */
export function googleBindings(resource: Resource, evidence: Evidence): GoogleBindings {
  const data = attributeOf(resource, 'policy_data')
  if (data === undefined) return { bindings: [], hidden: 'policy_data is not set' }
  if (data.known || childrenOf(resource, 'policy_data').length > 0)
    return bindingsAt(resource, 'policy_data.bindings')
  const document = referredTo(resource, 'policy_data', evidence, { types: ['data.google_iam_policy'] })
  return document === undefined
    ? { bindings: [], hidden: `policy_data ${data.why}` }
    : bindingsAt(document, 'binding')
}

function bindingsAt(resource: Resource, path: string): GoogleBindings {
  const children = childrenOf(resource, path)
  const open =
    attributeOf(resource, `${path}.*`) ?? (children.length > 0 ? undefined : attributeOf(resource, path))
  return {
    bindings: children
      .filter((child) => !child.endsWith('.*'))
      .map((child) => ({ resource, role: `${child}.role`, members: `${child}.members` })),
    ...(open?.known === false ? { hidden: `${path} ${open.why}` } : {}),
  }
}
