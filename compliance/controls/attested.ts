/**
 * Items that people answer for: a signed statement with a document and an end. The gatherer of attestations finds one
 * resource for each such item, named by its id: `state` is `current` or says why it proves nothing any more; nothing
 * is known of an item nobody signed for.
 */
import { attributeOf, knownValueOf, type Resource } from '../evidence.ts'
import type { Control, ControlPage, Verdict } from './control.ts'
import { textOf } from './text.ts'
import { judgeBy } from './verdict.ts'

export interface AttestedItem {
  readonly id: string
  /** What whoever signs says is so, as one sentence: `an owner reviews all accounts every quarter`. */
  readonly statement: string
  readonly page: ControlPage
}

/** Makes the control of an item that only people can answer. */
export function attestedControl({ id, statement, page }: AttestedItem): Control {
  return {
    id,
    page,
    sources: ['attestation'],
    applies: isStatementOn(id),
    check: (resource) => judgeStatement(resource, statement),
  }
}

/** Adds the statement of people to what a machine can see of an item: it passes when both do. */
export function withStatement(control: Control, statement: string): Control {
  const isStatement = isStatementOn(control.id)
  return {
    ...control,
    sources: [...control.sources, 'attestation'],
    applies: (resource) => isStatement(resource) || control.applies(resource),
    check: (resource, evidence) =>
      isStatement(resource) ? judgeStatement(resource, statement) : control.check(resource, evidence),
  }
}

/** Reads the name of nothing but statements: what a kind and type alone decide is asked once for all of them. */
function isStatementOn(id: string): (resource: Resource) => boolean {
  return (resource) => resource.kind === 'attestation' && resource.name === id
}

function judgeStatement(resource: Resource, statement: string): Verdict {
  const judge = judgeBy(`somebody signed, and it has not expired, that ${statement}`, 'sign an attestation')
  const state = attributeOf(resource, 'state')
  if (state?.known !== true) return judge.unknown(state?.why ?? 'nobody signed for it')
  const until = textOf(knownValueOf(resource, 'expires') ?? '')
  return state.value === 'current'
    ? judge.pass(`signed, until ${until}`)
    : judge.unknown(`the statement is ${textOf(state.value)}`)
}
