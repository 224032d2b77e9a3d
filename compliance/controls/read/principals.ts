/** Who a statement of a policy speaks of. */
import { attributeOf, childrenOf, type Attribute } from '../../evidence.ts'
import type { Listed, Statement } from './policy.ts'

/** Reads the principals: `Principal = "*"`, `Principal = { AWS = … }`, or blocks `principals { type, identifiers }`. */
export function principalsOf(statement: Statement): Listed {
  const { resource, principals } = statement
  const whole = attributeOf(resource, principals)
  if (whole?.known === true && typeof whole.value === 'string')
    return { values: [whole.value], isOpen: false }
  const leaves = childrenOf(resource, principals).flatMap((child) => {
    const path = attributeOf(resource, `${child}.identifiers`) === undefined ? child : `${child}.identifiers`
    const entries = childrenOf(resource, path)
    return entries.length === 0 ? [path] : entries
  })
  const values = leaves.map((path) => nameAt(attributeOf(resource, path)))
  return {
    values: values.filter((value) => value !== undefined),
    isOpen: values.includes(undefined) || (whole !== undefined && !whole.known && leaves.length === 0),
  }
}

/** A name that is known in parts, such as `arn:aws:iam::${var.account}:root`, is a name: it is not everybody. */
function nameAt(attribute: Attribute | undefined): string | undefined {
  if (attribute === undefined) return undefined
  if (attribute.known) return typeof attribute.value === 'string' ? attribute.value : undefined
  const written = (attribute.expression ?? '').replace(/^"|"$/g, '')
  return /^arn:[^*]{1,1000}$/.test(written) || madeHere.test(written) ? written : undefined
}

/** The ARN of a principal that this Terraform makes or looks up. */
const madeHere =
  /^(?:\$\{)?(?:data\.)?aws_(?:iam_role|iam_user|iam_openid_connect_provider|iam_saml_provider|cloudfront_origin_access_identity)\.[\w.[\]"-]{1,200}\}?$/
