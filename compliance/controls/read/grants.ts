/** What a principal of AWS is given: documents written for it, and policies named by their ARN. */
import { attributeOf, childrenOf, type Attribute, type Evidence, type Resource } from '../../evidence.ts'
import { documentPath, policyOf, type Policy } from './policy.ts'
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
export function policiesOf(resource: Resource, evidence: Evidence): Policy[] {
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

/**
 * Reads the ARN of a named policy; undefined where it is not known. One of AWS itself is known although its partition
 * is not, as modules write it: `arn:${data.aws_partition.current.partition}:iam::aws:policy/ReadOnlyAccess`.
 */
export function arnText(arn: Attribute): string | undefined {
  if (arn.known) return textOf(arn.value)
  const rest = /^"?arn:\$\{[^{}]{1,200}\}(:iam::aws:policy\/[\w/+=,.@-]{1,600})"?$/.exec(
    arn.expression ?? '',
  )?.[1]
  return rest === undefined ? undefined : `arn:aws${rest}`
}
