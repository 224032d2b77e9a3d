/** What a statement of an identity policy is about: everything, or what is named. */
import { attributeOf, childrenOf, type Attribute } from '../../evidence.ts'
import { textsAt, type Statement } from './policy.ts'

export type Extent = 'all' | 'some' | 'unknown'

/** `*` and, by its other name, every action. */
const everyAction = /^\*+(?::\*+)?$/
/** `*`, and an ARN that names its service and no more: `arn:aws:s3:::*`. */
const everyResource = /^(?:\*+|arn:[^:]*:[^:]*:[^:]*:[^:]*:[*/]*\*[*/]*)$/

/** Tells whether a statement is for every action; one that names those it is not for is. */
export function actionExtent(statement: Statement): Extent {
  const { values, isOpen } = textsAt(statement, statement.actions)
  if (values.some((value) => everyAction.test(value))) return 'all'
  const others = attributeOf(statement.resource, statement.notActions)
  if (others?.known === true || childrenOf(statement.resource, statement.notActions).length > 0) return 'all'
  return isOpen || others !== undefined ? 'unknown' : 'some'
}

/** Tells whether a statement is for every resource; `wide` says what stands for all of them. */
export function resourceExtent(statement: Statement, wide: RegExp = everyResource): Extent {
  const { resource, resources, notResources } = statement
  const leaves = childrenOf(resource, resources)
  const texts = (leaves.length === 0 ? [resources] : leaves).map((path) =>
    writtenAt(attributeOf(resource, path)),
  )
  if (texts.some((text) => text !== undefined && wide.test(text))) return 'all'
  const others = attributeOf(resource, notResources)
  if (others?.known === true || childrenOf(resource, notResources).length > 0) return 'all'
  const isOpen = attributeOf(resource, resources) !== undefined && texts.includes(undefined)
  return isOpen || others !== undefined ? 'unknown' : 'some'
}

/**
 * What is written, with `?` for what nobody knows: a reference to a resource that is made or looked up names it, and an
 * ARN that is known in parts does so too.
 */
function writtenAt(attribute: Attribute | undefined): string | undefined {
  if (attribute === undefined) return undefined
  if (attribute.known) return typeof attribute.value === 'string' ? attribute.value : undefined
  const written = (attribute.expression ?? '').replace(/^"|"$/g, '').replace(/\$\{[^{}]{0,500}\}/g, '?')
  if (/^(?:arn:|\?.)/.test(written)) return written
  return madeHere.test(attribute.identity ?? '') || madeHere.test(attribute.expression ?? '')
    ? '?'
    : undefined
}

const madeHere = /(?:^|[^\w])(?:data\.)?aws_\w+\./
