/** Controls of the simplest kind: one attribute of some Terraform types has a value that is accepted. */
import type { Json, Resource } from '../evidence.ts'
import type { Control } from './control.ts'
import { ofType } from './read/terraform.ts'
import { judgeBy, judgeValue, type Absent } from './verdict.ts'

export interface AttributeRule {
  readonly id: string
  readonly types: readonly string[]
  readonly path: string
  readonly accepts: (value: Json) => boolean
  /** What the provider does when nobody wrote it. */
  readonly absent: Absent
  readonly expected: string
  readonly fix: string
  /** Says why the rule does not apply to a resource; undefined when it does. */
  readonly exempt?: (resource: Resource) => string | undefined
}

/** Makes the control of a rule. */
export function attributeControl(rule: AttributeRule): Control {
  const judge = judgeBy(rule.expected, rule.fix)
  return {
    id: rule.id,
    sources: ['terraform'],
    applies: ofType(...rule.types),
    check: (resource) => {
      const why = rule.exempt?.(resource)
      return why === undefined ? judgeValue(judge, resource, rule) : judge.notApplicable(why)
    },
  }
}
