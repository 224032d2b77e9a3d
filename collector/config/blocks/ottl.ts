/** Texts of the OpenTelemetry Transformation Language as configuration values. */
import { block, list, optional, required, union } from '../shape.ts'
import { name, oneOf } from '../values.ts'

export const errorMode = oneOf('propagate', 'ignore', 'silent')
const condition = { ...name, kind: 'OTTL condition' }
const statement = { ...name, kind: 'OTTL statement' }
export const conditions = list(condition, 1_000)
const lines = list(statement, 1_000)

/** Statements that share a context; without one, the paths of each statement tell it. */
const group = block({
  context: optional(
    oneOf('resource', 'scope', 'span', 'spanevent', 'metric', 'datapoint', 'log'),
    'What the paths without prefix are about.',
  ),
  conditions: optional(conditions, 'Conditions, one of which must hold.'),
  error_mode: optional(errorMode, 'What happens when a statement of the group fails.'),
  statements: required(lines, 'Statements, in order.'),
})

/** The groups of a signal; a statement that stands alone is a group of its own. */
export const statements = list(
  union(
    [statement, group],
    'OTTL statement, or a mapping of context, conditions, error_mode and statements',
    (value) => (typeof value === 'string' ? { statements: [value] } : group.read(value)),
  ),
  1_000,
)
