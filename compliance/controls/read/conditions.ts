/** What the condition of a policy leaves of everybody. */
import { attributeOf, childrenOf, knownValueOf, lastSegmentOf, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { textsAt, type Statement } from './policy.ts'

/**
 * Keys that, compared with fixed values, leave only some callers ("The meaning of public", Amazon S3 User Guide;
 * "kms:CallerAccount", AWS KMS Developer Guide). A tag of the caller is none: everybody tags callers of their own.
 */
const narrowing = new Set([
  'aws:principalaccount',
  'aws:principalarn',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:sourceorgid',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  'kms:calleraccount',
  's3:dataaccesspointaccount',
  's3:dataaccesspointarn',
])
/** These say nothing about who calls: over TLS or with MFA, everybody can. */
const neutral = new Set(['aws:securetransport', 'aws:multifactorauthpresent', 's3:x-amz-acl', 's3:prefix'])

export type Reach = 'everybody' | 'some' | 'unknown'

/** Tells whom a statement for everybody still reaches under its condition. */
export function reachOf(statement: Statement): Reach {
  const { resource, condition } = statement
  const whole = attributeOf(resource, condition)
  if (whole === undefined) return 'everybody'
  const tests = testsOf(statement)
  if (tests.some(({ key, operator, path }) => narrows(statement, { key, operator, path }))) return 'some'
  if (!whole.known || tests.length === 0) return 'unknown'
  return tests.every(({ key, path }) => neutral.has(key) || isAnything(statement, path))
    ? 'everybody'
    : 'unknown'
}

export interface Test {
  /** In lower case. */
  readonly operator: string
  readonly key: string
  /** Path of the value or values. */
  readonly path: string
}

/** Lists the tests of a condition: JSON has operators with keys in them, the blocks of a built document name both. */
export function testsOf({ resource, condition }: Statement): readonly Test[] {
  return childrenOf(resource, condition).flatMap((child) => {
    const variable = knownValueOf(resource, `${child}.variable`)
    if (variable !== undefined) return [testAt(resource, child, textOf(variable))]
    const operator = lastSegmentOf(child).toLowerCase()
    return childrenOf(resource, child).map((path) => ({
      operator,
      key: lastSegmentOf(path).toLowerCase(),
      path,
    }))
  })
}

function testAt(resource: Resource, block: string, variable: string): Test {
  const operator = textOf(knownValueOf(resource, `${block}.test`)).toLowerCase()
  return { operator, key: variable.toLowerCase(), path: `${block}.values` }
}

/** A value that every caller has. */
function isAnything(statement: Statement, path: string): boolean {
  return textsAt(statement, path).values.some((value) => /^[*?:]*$/.test(value))
}

function narrows(statement: Statement, { key, operator, path }: Test): boolean {
  if (!narrowing.has(key) || !/^(foranyvalue:)?(string|arn)(equals|like)(ignorecase)?$/.test(operator))
    return false
  const { values, isOpen } = textsAt(statement, path)
  if (isAnything(statement, path)) return false
  if (!isOpen) return values.length > 0
  // A reference to a resource is a fixed value, though nobody knows it yet.
  return [path, ...childrenOf(statement.resource, path)].some((each) => {
    const attribute = attributeOf(statement.resource, each)
    return attribute?.known === false && /(^|\.)(data\.)?aws_/.test(attribute.identity ?? '')
  })
}
