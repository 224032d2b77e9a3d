/** What a principal of AWS is given: documents written for it, and policies named by their ARN. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  type Attribute,
  type Evidence,
  type Resource,
} from '../../evidence.ts'
import { edgesOf, resourcesAt } from './network.ts'
import { documentPath, policyOf, type Policy } from './policy.ts'
import { oncePerScan } from './once.ts'
import { ofType } from './terraform.ts'
import { textOf } from '../text.ts'

const isRole = ofType('aws_iam_role')

/** True for resources that hold a policy document, or may. */
export const holdsDocument = ofType(
  'aws_iam_policy',
  'aws_iam_role',
  'aws_iam_role_policy',
  'aws_iam_user_policy',
  'aws_iam_group_policy',
  'aws_ssoadmin_permission_set_inline_policy',
  'data.aws_iam_policy_document',
)

/** Attribute that names managed policies, by type. */
const namedIn: Readonly<Record<string, string>> = {
  aws_iam_role: 'managed_policy_arns',
  aws_iam_policy_attachment: 'policy_arn',
  aws_iam_role_policy_attachment: 'policy_arn',
  aws_iam_user_policy_attachment: 'policy_arn',
  aws_iam_group_policy_attachment: 'policy_arn',
  aws_iam_role_policy_attachments_exclusive: 'policy_arns',
  aws_iam_user_policy_attachments_exclusive: 'policy_arns',
  aws_iam_group_policy_attachments_exclusive: 'policy_arns',
  aws_ssoadmin_managed_policy_attachment: 'managed_policy_arn',
}

/** True for resources that name managed policies, or may. */
export const namesPolicies = ofType(...Object.keys(namedIn))

/** Reads the documents of a resource: of a role every `inline_policy` block. */
export function policiesOf(resource: Resource, evidence: Evidence): readonly Policy[] {
  const last = lastRead(evidence)
  if (last.resource !== resource) {
    last.found = readPolicies(resource, evidence)
    last.resource = resource
  }
  return last.found
}

/** Several controls in a row ask about the same resource. */
const lastRead = oncePerScan((): { resource?: Resource; found: readonly Policy[] } => ({ found: [] }))

function readPolicies(resource: Resource, evidence: Evidence): readonly Policy[] {
  if (!holdsDocument(resource)) return []
  if (!isRole(resource)) return [policyOf(resource, documentPath(resource), evidence)]
  const blocks = childrenOf(resource, 'inline_policy').filter((path) => !path.endsWith('.*'))
  const open = attributeOf(resource, 'inline_policy.*')
  const policies = blocks.map((path) => policyOf(resource, `${path}.policy`, evidence))
  if (open !== undefined && !open.known)
    policies.push({ statements: [], hidden: `inline_policy ${open.why}` })
  return policies
}

export interface NamedPolicy {
  readonly path: string
  /** Undefined where an attachment names none. */
  readonly arn: Attribute | undefined
}

/** Lists the managed policies a resource names; one that nobody can count is in the list as unknown. */
export function namedPolicies(resource: Resource): NamedPolicy[] {
  const path = namedIn[resource.type]
  if (path === undefined) return []
  const whole = attributeOf(resource, path)
  if (whole === undefined) return path.endsWith('_arn') ? [{ path, arn: undefined }] : []
  const children = childrenOf(resource, path)
  if (children.length > 0)
    return children.map((child) => ({ path: child, arn: attributeOf(resource, child) }))
  return whole.known && Array.isArray(whole.value) ? [] : [{ path, arn: whole }]
}

/** What a resource that names a policy names. */
export type Named =
  /** A policy of AWS, or another one that is not here, by its ARN. */
  | { readonly arn: string }
  /** It is written in the scanned files, and judged there. */
  | { readonly here: true }
  | { readonly why: string }

/** Tells which policy is named; one that is looked up is the one it says. */
export function namedBy(holder: Resource, { path, arn }: NamedPolicy, evidence: Evidence): Named {
  if (arn === undefined) return { why: `${path} is not set` }
  const text = arnText(arn)
  if (text !== undefined && text !== '') return { arn: text }
  const why = `${path} ${arn.known ? 'is not set' : arn.why}`
  const [edge] = edgesOf(holder, path)
  if (edge?.address === undefined)
    return isWrittenHere(arn.known ? undefined : arn.expression) ? { here: true } : { why }
  if (!/(^|\.)data\.[^.]+\.[^.]+$/.test(edge.address))
    return /(^|\.)aws_iam_policy\.[^.]+$/.test(edge.address) ? { here: true } : { why }
  const [looked] = resourcesAt(evidence, holder, edge.address)
  const found = looked === undefined ? undefined : lookedUp(looked)
  return found === undefined ? { why } : { arn: found }
}

/** `join("", aws_iam_policy.app.*.arn)` is of that policy, whichever instance it is. */
function isWrittenHere(expression = ''): boolean {
  return /\baws_iam_policy\./.test(expression) && !/\b(data|var|module)\.|arn:/.test(expression)
}

/** By its name a policy of AWS is known where nobody else would take it. */
function lookedUp(policy: Resource): string | undefined {
  const arn = attributeOf(policy, 'arn')
  if (arn !== undefined) return arnText(arn)
  const name = textOf(knownValueOf(policy, 'name'))
  return /^(AdministratorAccess|PowerUserAccess|\w+FullAccess|ReadOnlyAccess)$/.test(name)
    ? `arn:aws:iam::aws:policy/${name}`
    : undefined
}

/**
 * Reads the ARN of a named policy; undefined where it is not known. One of AWS itself is known although its partition
 * is not, as modules write it: `arn:${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess`.
 */
function arnText(arn: Attribute): string | undefined {
  if (arn.known) return textOf(arn.value)
  const rest = /^"?arn:\$\{[^{}]{1,200}\}(:iam::aws:policy\/[\w/+=,.@-]{1,600})"?$/.exec(
    arn.expression ?? '',
  )?.[1]
  return rest === undefined ? undefined : `arn:aws${rest}`
}
