/** Texts of the OpenTelemetry Transformation Language as configuration values. */
import Type from 'typebox'
import { CollectorError } from '../../errors.ts'
import { compileStatements } from '../../ottl/compile.ts'
import type { ContextName } from '../../ottl/item.ts'
import type { Report } from '../component.ts'
import { block, list, optional, required, union, type Settings } from '../shape.ts'
import { name, oneOf } from '../values.ts'

export const errorMode = oneOf('propagate', 'ignore', 'silent')
/** What `collector policy` writes holds lists of words. */
const line = { ...name, schema: Type.String({ minLength: 1, maxLength: 16_384 }) }
const condition = { ...line, kind: 'OTTL condition' }
const statement = { ...line, kind: 'OTTL statement' }
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

const either = union([statement, group], 'OTTL statement, or a mapping with statements', (value) =>
  typeof value === 'string' ? { statements: [value] } : group.read(value),
)
const both = list(either, 1_000)

/** The groups of a signal: statements, each a group of its own, or groups; upstream takes no mixture. */
export const statements: typeof both = {
  ...both,
  schema: Type.Union([lines.schema, list(group, 1_000).schema]),
  kind: 'list of OTTL statements, or of mappings with statements',
}

/** Reports conditions that cannot be read, each with line and column. */
export function checkConditions(
  given: readonly string[] | undefined,
  context: ContextName,
  place: Place,
): void {
  given?.forEach((each, index) =>
    attempt(() => compileStatements({ context, conditions: [each] }, [context]), {
      ...place,
      at: `${place.at}/${index}`,
    }),
  )
}

/** Reports groups whose statements or conditions cannot be read, and contexts that the signal does not have. */
export function checkStatements(
  groups: Settings<typeof statements>,
  known: readonly ContextName[],
  { at, report }: Place,
): void {
  groups.forEach((each, index) => {
    const place = { at: `${at}/${index}`, report }
    const { context } = each
    if (context !== undefined && !known.includes(context))
      report(`${place.at}/context`, `one of ${known.join(', ')}`)
    else attempt(() => compileStatements(each, known), place)
  })
}

/** Where something is checked, and who is told of faults. */
export interface Place {
  readonly at: string
  readonly report: Report
}

/** Builds something as it will be built to run, and reports why it cannot be. */
export function attempt(build: () => unknown, { at, report }: Place): void {
  try {
    build()
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    report(at, `what can be carried out: ${error.message}`)
  }
}

/** The context that a condition is about, by the paths in it; undefined where it cannot be read. */
export function contextOf(condition: string, known: readonly ContextName[]): ContextName | undefined {
  try {
    return compileStatements({ conditions: [condition] }, known).context
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error
    return undefined
  }
}

/**
 * Reports conditions whose context cannot be told from their paths, or is none of those that are meant.
 *
 * @param known contexts of the signal
 * @param meant those of them that an item can be dropped by
 */
export function checkInferred(
  given: readonly string[],
  known: readonly ContextName[],
  meant: readonly ContextName[],
  { at, report }: Place,
): void {
  given.forEach((each, index) => {
    const place = { at: `${at}/${index}`, report }
    const context = contextOf(each, known)
    if (context === undefined) attempt(() => compileStatements({ conditions: [each] }, known), place)
    else if (!meant.includes(context)) report(place.at, `a condition on ${meant.join(', ')}`)
  })
}
