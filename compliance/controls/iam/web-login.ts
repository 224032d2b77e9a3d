/** Roles that are taken on with a token of a web identity: which tokens of its issuer will do. */
import { attributeOf, childrenOf, lastSegmentOf, type Attribute, type Resource } from '../../evidence.ts'
import { textOf } from '../text.ts'
import { principalsOf } from '../read/principals.ts'
import { textsAt, type Statement } from '../read/policy.ts'

export interface WebLogin {
  readonly reach: 'everybody' | 'some' | 'unknown'
  readonly why: string
}

interface Claim {
  /** `token.actions.githubusercontent.com:sub`, in lower case; `…` stands for what nobody knows. */
  readonly key: string
  readonly values: readonly Attribute[]
}

/** Issuers that everybody gets tokens of, for the same audience. */
const shared = /token\.actions\.githubusercontent\.com|gitlab\.com|app\.terraform\.io|accounts\.google\.com/
/** Nothing is left of it but what every subject begins with: `repo:*`, `system:serviceaccount:*:*`. */
const everySubject = /^(?:\w+:)*[*?:/]*\*[*?:/]*$/

/** Tells whose tokens a statement takes; other ways of taking a role on are told to be for some. */
export function webLoginOf(statement: Statement): WebLogin {
  const some: WebLogin = { reach: 'some', why: '' }
  const isWeb = textsAt(statement, statement.actions).values.some((action) => /webidentity/i.test(action))
  if (!isWeb) return some
  const whole = attributeOf(statement.resource, statement.condition)
  if (whole === undefined)
    return { reach: 'everybody', why: 'everybody with a token of the provider, without a condition' }
  const claims = claimsOf(statement).filter(({ key }) => !key.startsWith('aws:'))
  const subjects = claims.filter(({ key }) => key.endsWith(':sub'))
  if (subjects.length > 0) return worst(subjects.map(reachOfSubject))
  const isShared = [...principalsOf(statement).values, ...claims.map(({ key }) => key)].some((text) =>
    shared.test(text),
  )
  const others = isShared ? claims.filter(({ key }) => !key.endsWith(':aud')) : claims
  if (others.length > 0) return some
  if (whole.known) return { reach: 'everybody', why: 'no condition names the subject of the token' }
  return /:(sub|aud)"/.test(whole.expression ?? '')
    ? some
    : { reach: 'unknown', why: 'its condition is not known' }
}

function reachOfSubject({ values }: Claim): WebLogin {
  const reaches = values.map((value): WebLogin => {
    const text = value.known ? textOf(value.value) : shapeOf(value.expression)
    if (everySubject.test(text)) return { reach: 'everybody', why: `every subject that fits ${text}` }
    return text === ''
      ? { reach: 'unknown', why: 'the subject of the token is not known' }
      : { reach: 'some', why: '' }
  })
  return worst(reaches)
}

/** What is written around references; nothing where all of it is one. */
function shapeOf(expression = ''): string {
  if (!expression.includes('"')) return /\baws_\w+\./.test(expression) ? 'reference' : ''
  const shape = expression.replace(/^"|"$/g, '').replace(/\$\{[^{}]{0,500}\}/g, '…')
  return shape === '…' ? '' : shape
}

function worst(reaches: readonly WebLogin[]): WebLogin {
  return (
    reaches.find(({ reach }) => reach === 'everybody') ??
    reaches.find(({ reach }) => reach === 'unknown') ?? { reach: 'some', why: '' }
  )
}

/** Both ways of writing a condition; the name of an issuer is often known in parts only. */
function claimsOf({ resource, condition }: Statement): readonly Claim[] {
  return childrenOf(resource, condition).flatMap((child) => {
    const variable = attributeOf(resource, `${child}.variable`)
    if (variable !== undefined)
      return [{ key: keyOf(variable), values: leavesOf(resource, `${child}.values`) }]
    return childrenOf(resource, child).map((path) => ({
      key: lastSegmentOf(path).toLowerCase(),
      values: leavesOf(resource, path),
    }))
  })
}

function keyOf(variable: Attribute): string {
  const text = variable.known ? textOf(variable.value) : shapeOf(variable.expression)
  return text.toLowerCase()
}

function leavesOf(resource: Resource, path: string): readonly Attribute[] {
  const leaves = childrenOf(resource, path)
  return (leaves.length === 0 ? [path] : leaves).flatMap((leaf) => attributeOf(resource, leaf) ?? [])
}
