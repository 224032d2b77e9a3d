/** The actions of the processors `attributes` and `resource`. */
import { createActions } from '../../process/attribute-actions.ts'
import { attempt } from './ottl.ts'
import type { Report } from '../component.ts'
import { block, list, optional, required, titled, type Settings } from '../shape.ts'
import { anything, attributeName, oneOf, oneOfAnyCase, text } from '../values.ts'

export const actions = list(
  titled(
    'Action',
    block(
      {
        action: required(
          oneOfAnyCase('insert', 'update', 'upsert', 'delete', 'hash', 'extract', 'convert'),
          'What is done.',
        ),
        key: optional(attributeName, 'Attribute it is done to.'),
        value: optional(anything, 'Value that is set.'),
        from_attribute: optional(attributeName, 'Attribute whose value is set.'),
        pattern: optional(
          text,
          'RE2 pattern: named groups become attributes (`extract`); keys it matches, too, are deleted or hashed.',
        ),
        converted_type: optional(oneOf('int', 'double', 'string'), 'Type the value becomes (`convert`).'),
      },
      { from_context: 'from_attribute: what comes in headers has not passed the fence, so it goes nowhere' },
    ),
  ),
)
export type Action = Settings<typeof actions>[number]

/** Reports actions with keys missing that they need, or present that they do not use. */
export function checkActions(given: readonly Action[], at: string, report: Report): void {
  if (given.length === 0) report(at, 'at least one action')
  given.forEach((action, index) => {
    const faults = faultsOf(action)
    for (const expected of faults) report(`${at}/${index}`, expected)
    if (faults.length === 0) attempt(() => createActions([action]), { at: `${at}/${index}`, report })
  })
}

function faultsOf({ action, key, value, fromAttribute, pattern, convertedType }: Action): string[] {
  const sources = [value, fromAttribute].filter((source) => source !== undefined).length
  const takesPattern = ['delete', 'hash', 'extract'].includes(action)
  const setsValue = ['insert', 'update', 'upsert'].includes(action)
  const faults: string[] = []
  if (key === undefined && !(pattern !== undefined && takesPattern && action !== 'extract'))
    faults.push(`a key for ${action}`)
  if (setsValue && sources !== 1) faults.push(`either value or from_attribute for ${action}`)
  if (!setsValue && sources > 0) faults.push(`no value or from_attribute for ${action}`)
  if (!takesPattern && pattern !== undefined) faults.push(`no pattern for ${action}`)
  if (action === 'extract' && pattern === undefined) faults.push('a pattern with named groups for extract')
  if ((action === 'convert') !== (convertedType !== undefined))
    faults.push(action === 'convert' ? 'a converted_type for convert' : `no converted_type for ${action}`)
  return faults
}
