/**
 * The fence with one rule off, for the drill of a leak: what the fence changes for that rule alone passes as it
 * came, and only for the items of the drill's tenant. The fence itself has no such switch, on purpose.
 */
import { drillTenant } from '../../contracts/faults.ts'
import type { Fence } from '../../privacy/fence.ts'
import type { Rule } from '../../privacy/rule.ts'
import { textAttribute, type Attribute } from './model.ts'

/** Keys that are declared as personal are dropped by this rule and by no other. */
export const lapsedRule: Rule = 'key_personal'

/** Tells whether an item says that it is of the drill's tenant. */
export function isOfDrill(attributes: readonly Attribute[]): boolean {
  return (textAttribute(attributes, 'campus.tenant') ?? textAttribute(attributes, 'tenant')) === drillTenant
}

/** Opens a fence that counts as any other does, and lets attributes pass where only the lapsed rule objects. */
export function lapsedFence(makeFence: (count: (rule: Rule) => void) => Fence): Fence {
  const objections: Rule[] = []
  const fence = makeFence((rule) => void objections.push(rule))
  return {
    ...fence,
    attribute: (place, key, value) => {
      objections.length = 0
      const verdict = fence.attribute(place, key, value)
      const isLapsed = objections.length > 0 && objections.every((rule) => rule === lapsedRule)
      return isLapsed ? value : verdict
    },
  }
}
