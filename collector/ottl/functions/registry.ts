/** Every function of the language that this collector has, by name. */
import { dataConverters } from './data-converters.ts'
import type { FunctionDefinition } from './function.ts'
import { mapEditors } from './map-editors.ts'
import { textConverters } from './text-converters.ts'
import { timeConverters } from './time-converters.ts'
import { typeConverters } from './type-converters.ts'
import { valueEditors } from './value-editors.ts'

export const functions: ReadonlyMap<string, FunctionDefinition> = new Map(
  [
    ...valueEditors,
    ...mapEditors,
    ...textConverters,
    ...typeConverters,
    ...dataConverters,
    ...timeConverters,
  ].map((definition) => [definition.name, definition]),
)
