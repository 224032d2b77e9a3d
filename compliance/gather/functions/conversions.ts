/** Type conversions and marks of secrecy. */
import { isSensitive } from '../values/inspect.ts'
import { anyType, convert, type Type } from '../values/type.ts'
import { bool, nothing, sensitive, type Value } from '../values/value.ts'
import { open, type FunctionDefinition, type FunctionTable } from './definition.ts'

export const conversionFunctions: FunctionTable = {
  tostring: to({ kind: 'string' }),
  tonumber: to({ kind: 'number' }),
  tobool: to({ kind: 'bool' }),
  tolist: to({ kind: 'list', element: anyType }),
  toset: to({ kind: 'set', element: anyType }),
  tomap: to({ kind: 'map', element: anyType }),
  sensitive: open(1, 1, ([value = nothing]) => sensitive(value)),
  nonsensitive: open(1, 1, ([value = nothing]) => plain(value)),
  issensitive: open(1, 1, ([value = nothing]) => plain(bool(isSensitive(value)))),
  ephemeralasnull: open(1, 1, ([value = nothing]) => value),
}

function to(type: Type): FunctionDefinition {
  return open(1, 1, ([value = nothing]) => convert(value, type))
}

function plain(value: Value): Value {
  const { isSensitive: _secret, ...rest } = value
  return rest
}
