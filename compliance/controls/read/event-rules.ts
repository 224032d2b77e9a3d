/** How controls read rules of EventBridge: whether anybody hears of what they match. */
import { attributeOf, type Evidence, type Resource } from '../../evidence.ts'
import { isFalse } from '../verdict.ts'
import type { Answer } from './certainty.ts'
import { inRoot, oncePerRoot } from './neighbours.ts'
import { attachedTo } from './terraform.ts'

/** A rule of EventBridge, and whether it is on and has a target. */
export interface EventRule {
  readonly rule: Resource
  readonly isHeard: Answer
}

/** Lists the rules of EventBridge in the root of a resource. */
export const eventRulesOf = oncePerRoot((of, evidence): readonly EventRule[] =>
  inRoot(evidence, of, 'aws_cloudwatch_event_rule').map((rule) => ({
    rule,
    isHeard: isHeard(rule, evidence),
  })),
)

function isHeard(rule: Resource, evidence: Evidence): Answer {
  const [state, enabled] = [attributeOf(rule, 'state'), attributeOf(rule, 'is_enabled')]
  if (state?.known === true && state.value === 'DISABLED') return 'no'
  if (enabled?.known === true && isFalse(enabled.value ?? true)) return 'no'
  const { certain, possible } = attachedTo(rule, evidence, {
    type: 'aws_cloudwatch_event_target',
    path: 'rule',
    name: 'name',
  })
  const isOpen = [state, enabled].some((each) => each?.known === false)
  if (certain.length > 0) return isOpen ? 'maybe' : 'yes'
  return possible.length > 0 ? 'maybe' : 'no'
}
