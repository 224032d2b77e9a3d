/** How controls read policies of AWS: documents in JSON, and those Terraform builds from blocks. */
import {
  attributeOf,
  type Json,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
  type UnknownAttribute,
} from '../../evidence.ts'
import { besideAt } from './neighbours.ts'
import { referenceRoot } from './terraform.ts'
import { textOf } from '../text.ts'

/** One statement of a policy, by the paths of its parts. */
export interface Statement {
  readonly resource: Resource
  readonly path: string
  readonly actions: string
  readonly notActions: string
  readonly resources: string
  readonly notResources: string
  readonly principals: string
  readonly notPrincipals: string
  readonly condition: string
  readonly allows: 'yes' | 'no' | 'unknown'
}

export interface Policy {
  readonly statements: readonly Statement[]
  /** Why statements may be missing. */
  readonly hidden?: string
  /** The document is written in another resource, which is judged there. */
  readonly elsewhere?: string
}

/** Names the attribute that holds the document of an identity policy. */
export function documentPath({ type }: Resource): string {
  return type === 'aws_ssoadmin_permission_set_inline_policy' ? 'inline_policy' : 'policy'
}

/** Reads the policy document in attribute `path`, or the blocks of `data.aws_iam_policy_document`. */
export function policyOf(resource: Resource, path: string, evidence: Evidence): Policy {
  if (resource.type === 'data.aws_iam_policy_document') return builtPolicy(resource)
  const whole = attributeOf(resource, path)
  if (whole === undefined) return { statements: [] }
  if (!whole.known && childrenOf(resource, path).length === 0)
    return writtenElsewhere(resource, whole, evidence)
  const listed = `${path}.Statement`
  const list = attributeOf(resource, listed)
  if (list === undefined) {
    return typeof knownValueOf(resource, path) === 'string'
      ? { statements: [], hidden: `${path} is not a policy` }
      : { statements: [] }
  }
  if (list.known && Array.isArray(list.value) && list.value.length === 0) return { statements: [] }
  const children = childrenOf(resource, listed)
  const isList = children.every((child) => /\.(\d+|\*)$/.test(child)) && children.length > 0
  const paths = isList ? children.filter((child) => !child.endsWith('.*')) : [listed]
  const open = attributeOf(resource, `${listed}.*`)
  const isHidden = (!list.known && children.length === 0) || (open !== undefined && !open.known)
  return {
    statements: isHidden && paths[0] === listed ? [] : paths.map((each) => statementAt(resource, each)),
    ...(isHidden ? { hidden: `${listed} is not known` } : {}),
  }
}

/** Reads the policy in attribute `path` wherever it is written, also in a document beside the resource. */
export function wholePolicyOf(resource: Resource, path: string, evidence: Evidence): Policy {
  const direct = policyOf(resource, path, evidence)
  const document = besideAt(evidence, resource, direct.elsewhere)
  return document === undefined ? direct : policyOf(document, '', evidence)
}

function writtenElsewhere(resource: Resource, whole: UnknownAttribute, evidence: Evidence): Policy {
  const root = referenceRoot(whole.expression)
  const document = besideAt(evidence, resource, root)
  return document?.type !== 'data.aws_iam_policy_document'
    ? { statements: [], hidden: `the policy ${whole.why}` }
    : { statements: [], elsewhere: document.address }
}

function statementAt(resource: Resource, path: string): Statement {
  const effect = attributeOf(resource, `${path}.Effect`)
  return {
    resource,
    path,
    actions: `${path}.Action`,
    notActions: `${path}.NotAction`,
    resources: `${path}.Resource`,
    notResources: `${path}.NotResource`,
    principals: `${path}.Principal`,
    notPrincipals: `${path}.NotPrincipal`,
    condition: `${path}.Condition`,
    allows: effectOf(effect),
  }
}

function builtPolicy(resource: Resource): Policy {
  const children = childrenOf(resource, 'statement')
  const open = attributeOf(resource, 'statement.*')
  return {
    statements: children
      .filter((child) => !child.endsWith('.*'))
      .map((path) => ({
        resource,
        path,
        actions: `${path}.actions`,
        notActions: `${path}.not_actions`,
        resources: `${path}.resources`,
        notResources: `${path}.not_resources`,
        principals: `${path}.principals`,
        notPrincipals: `${path}.not_principals`,
        condition: `${path}.condition`,
        // Without an effect the provider writes Allow.
        allows: effectOf(attributeOf(resource, `${path}.effect`) ?? { known: true, value: 'Allow' }),
      })),
    ...(open === undefined || open.known ? {} : { hidden: `statement ${open.why}` }),
  }
}

function effectOf(
  effect: (Pick<Attribute, 'known'> & { readonly value?: Json }) | undefined,
): Statement['allows'] {
  // IAM refuses a statement without an effect; until it is mended, what it would give counts.
  if (effect === undefined) return 'yes'
  if (!effect.known) return 'unknown'
  return textOf(effect.value).toLowerCase() === 'allow' ? 'yes' : 'no'
}

export interface Listed {
  /** Known texts. */
  readonly values: readonly string[]
  /** True when there may be others. */
  readonly isOpen: boolean
}

/** Reads a part of a statement that is one text or a list of them. */
export function textsAt({ resource }: Statement, path: string): Listed {
  const whole = attributeOf(resource, path)
  if (whole === undefined) return { values: [], isOpen: false }
  if (whole.known && typeof whole.value === 'string') return { values: [whole.value], isOpen: false }
  const values = childrenOf(resource, path).flatMap((child) => {
    const value = knownValueOf(resource, child)
    return typeof value === 'string' ? [value] : []
  })
  return { values, isOpen: !whole.known }
}
