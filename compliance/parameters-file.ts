/** Reads what a house expects instead of the defaults of `parameters.ts`. */
import Type from 'typebox'
import { jsonFile } from '../lib/config.ts'
import { environments, parameters, type ParameterOverrides } from './parameters.ts'

const number = Type.Optional(Type.Number({ minimum: 0 }))
const ByEnvironment = Type.Object(Object.fromEntries(environments.map((name) => [name, number])), {
  additionalProperties: false,
  minProperties: 1,
})

const ParametersFile = Type.Object(
  {
    version: Type.Literal(1),
    parameters: Type.Object(
      Object.fromEntries(Object.keys(parameters).map((name) => [name, Type.Optional(ByEnvironment)])),
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
)

/**
 * Reads a file of parameters.
 *
 * @throws ConfigError with every fault and its line: a name no control has, an environment there is not, no number
 */
export function readParameters(path: string): ParameterOverrides {
  // The schema was made of the names and environments of the type.
  return jsonFile('parameters', ParametersFile).read(path).parameters as ParameterOverrides
}

/** The parameters of a house for a scan, where a file of them was given. */
export function parametersAt(path: string | undefined): { readonly parameters?: ParameterOverrides } {
  return path === undefined ? {} : { parameters: readParameters(path) }
}
