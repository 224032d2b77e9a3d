/** How controls read what Security Hub says of an account: its verdict counts while it is fresh. */
import { hubControls } from '../../hub/items.ts'
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Control, Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import { judgeBy, type Judge } from '../verdict.ts'

/**
 * Makes a question: is this a finding of one of these controls of Security Hub? Reads the name of nothing but findings:
 * what a kind and type alone decide is asked once for all of them.
 */
export function isHubFinding(...ids: readonly string[]): (resource: Resource) => boolean {
  const wanted = new Set(ids)
  return (resource) =>
    resource.kind === 'aws' && resource.type === 'security-hub-control' && wanted.has(resource.name)
}

/** Takes the verdict of a finding; what is old, or is no verdict, is unknown. */
export function judgeHubFinding(judge: Judge, finding: Resource): Verdict {
  const status = attributeOf(finding, 'status')
  if (status?.known !== true) return judge.unknown(`its status ${status?.why ?? 'is not told'}`)
  const told = `Security Hub says ${finding.name} ${textOf(status.value)} for ${textOf(knownValueOf(finding, 'resource') ?? 'the account')}`
  if (knownValueOf(finding, 'fresh') !== true) return judge.unknown(`${told}, which is too old to count`)
  if (status.value === 'PASSED') return judge.pass(told)
  return status.value === 'FAILED' ? judge.fail(told) : judge.unknown(told)
}

/** Adds what Security Hub says to the controls of the items it has a control for. */
export function withSecurityHub(control: Control): Control {
  const ids = Object.hasOwn(hubControls, control.id) ? hubControls[control.id] : undefined
  // What AWS alone answers reads its findings itself, and says what it expects in the words of the item.
  if (ids === undefined || control.sources.every((source) => source === 'aws')) return control
  const isFinding = isHubFinding(...ids)
  const judge = judgeBy(
    `Security Hub passes ${ids.join(' and ')}`,
    'follow the remediation of the control in Security Hub',
  )
  return {
    ...control,
    sources: [...new Set([...control.sources, 'aws' as const])],
    applies: (resource) => isFinding(resource) || control.applies(resource),
    check: (resource, evidence) =>
      isFinding(resource) ? judgeHubFinding(judge, resource) : control.check(resource, evidence),
  }
}
