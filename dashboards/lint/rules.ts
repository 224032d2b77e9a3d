/** Every rule by its name. */
import { dashboardRules } from './dashboard-rules.ts'
import { panelRules } from './panel-rules.ts'
import { targetRules } from './target-rules.ts'

export const rules = { ...dashboardRules, ...panelRules, ...targetRules }
export type RuleName = keyof typeof rules

// The keys of an object that is written out here are its names.
export const ruleNames = Object.keys(rules) as RuleName[]
