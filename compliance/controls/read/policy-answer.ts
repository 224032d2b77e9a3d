/** Whether the statements of a policy give one action, or take it away (IAM User Guide, policy evaluation logic). */
import { attributeOf, childrenOf } from '../../evidence.ts'
import { bestOf, type Answer } from './certainty.ts'
import { textsAt, type Policy, type Statement } from './policy.ts'
import { resourceExtent } from './statement-reach.ts'

/** What grants say of an action: a Deny takes away what any other one gives. */
export interface Given {
  readonly gives: Answer
  readonly takes: Answer
}

/** Reads what a policy says of an action that takes no resource; one that is not known may give it. */
export function givenBy({ statements, hidden }: Policy, action: string): Given {
  const about = statements.map((statement) => ({ statement, answer: isAbout(statement, action) }))
  const answersOf = (effect: 'yes' | 'no') =>
    about.flatMap(({ statement, answer }): readonly Answer[] => {
      if (statement.allows === effect) return [answer]
      return statement.allows === 'unknown' && answer !== 'no' ? ['maybe'] : []
    })
  return {
    gives: bestOf([...answersOf('yes'), ...(hidden === undefined ? [] : (['maybe'] as const))]),
    takes: bestOf(answersOf('no')),
  }
}

/** Puts together what all grants say. */
export function allGiven(grants: readonly Given[]): Answer {
  const gives = bestOf(grants.map((each) => each.gives))
  const takes = bestOf(grants.map((each) => each.takes))
  if (takes === 'yes') return 'no'
  return takes === 'maybe' && gives === 'yes' ? 'maybe' : gives
}

/** A condition and a narrower resource leave it open; so do all actions but some, unless it is one of those. */
function isAbout(statement: Statement, action: string): Answer {
  const named = isNamed(statement, statement.actions, action)
  const excepted = isNamed(statement, statement.notActions, action)
  const isReversed = isWritten(statement, statement.notActions)
  if (isReversed) return excepted === 'yes' ? 'no' : 'maybe'
  const isPlain = resourceExtent(statement) === 'all' && !isWritten(statement, statement.condition)
  return named === 'yes' && !isPlain ? 'maybe' : named
}

function isWritten({ resource }: Statement, path: string): boolean {
  return attributeOf(resource, path) !== undefined || childrenOf(resource, path).length > 0
}

function isNamed(statement: Statement, path: string, action: string): Answer {
  const { values, isOpen } = textsAt(statement, path)
  return bestOf([
    ...values.map((pattern) => isMatched(pattern.toLowerCase(), action.toLowerCase())),
    ...(isOpen ? (['maybe'] as const) : []),
  ])
}

/** Stars at the end are read, others may stand for anything: nobody writes them. */
function isMatched(pattern: string, action: string): Answer {
  if (pattern === action || /^\*+(?::\*+)?$/.test(pattern)) return 'yes'
  const [, start = '', rest = ''] = /^([^*?]*)(.*)$/s.exec(pattern) ?? []
  if (rest === '' || !action.startsWith(start)) return 'no'
  return rest === '*' ? 'yes' : 'maybe'
}
