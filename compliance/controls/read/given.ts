/** Attributes that only have to be there: a key, a group, a bucket, whichever it is. */
import { attributeOf, type Attribute, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { show, type Judge } from '../verdict.ts'
import { referenceRoot } from './terraform.ts'

/** Finds an attribute that is set; `null` is how modules write that it is not. */
export function givenAt(resource: Resource, path: string): Attribute | undefined {
  const attribute = attributeOf(resource, path)
  return attribute?.known === true && attribute.value === null ? undefined : attribute
}

/** Passes what is set to something, also to what only the cloud will name; fails what is not. */
export function judgeGiven(judge: Judge, resource: Resource, path: string): Verdict {
  const attribute = attributeOf(resource, path)
  if (attribute === undefined) return judge.fail(`${path} is not set`)
  if (attribute.known) {
    const { value } = attribute
    return value === null || value === '' || (Array.isArray(value) && value.length === 0)
      ? judge.fail(`${path} is empty`, attribute)
      : judge.pass(`${path} is ${attribute.isSensitive === true ? 'set' : show(value)}`, attribute)
  }
  const root = referenceRoot(attribute.expression)
  if (root === undefined && hasText(attribute.expression)) return judge.pass(`${path} is set`, attribute)
  return root === undefined
    ? judge.unknown(`${path} ${attribute.why}`, attribute)
    : judge.pass(`${path} is that of ${root}`, attribute)
}

/** `"${aws_cloudwatch_log_group.trail.arn}:*"` is something whatever stands in the brackets. */
function hasText(expression: string | undefined): boolean {
  return expression?.includes('${') === true && expression.replace(/\$\{[^{}]*\}|["\s]/g, '') !== ''
}
