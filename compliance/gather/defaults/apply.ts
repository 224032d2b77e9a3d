/** Adds the provider's defaults to what is written, where every version that may be used agrees about them. */
import { attributeOf, type Attribute, Attributes, type Json, type Resource } from '../../evidence.ts'
import { awsDefaults, type ProviderDefault } from './aws.ts'
import { googleDefaults } from './gcp.ts'

/** Major versions of the AWS provider that people use. */
const majors: readonly number[] = [3, 4, 5, 6]

/** Lists the major versions a constraint allows; all of them where it says nothing that can be read. */
export function allowedMajors(constraint: string | undefined): readonly number[] {
  const parts = (constraint ?? '')
    .split(',')
    .map((each) => /^\s*(~>|>=|<=|!=|=|<|>)?\s*v?(\d+)((?:\.\d+)*)/.exec(each))
  return majors.filter((major) => parts.every((part) => part === null || allows(part, major)))
}

function allows([, operator = '=', first = '', rest = '']: RegExpExecArray, major: number): boolean {
  const bound = Number(first)
  switch (operator) {
    case '~>':
      // `~> 5` alone allows every later one.
      return rest === '' ? major >= bound : major === bound
    case '>=':
    case '>':
      return major >= bound
    case '<=':
      return major <= bound
    case '<':
      return /[1-9]/.test(rest) ? major <= bound : major < bound
    case '!=':
      return true
    default:
      return major === bound
  }
}

/**
 * Completes the attributes of a resource.
 *
 * @param versions major versions of the provider that may be used
 */
export function withDefaults(resource: Resource, versions: readonly number[]): Resource {
  const isGoogle = resource.type.startsWith('google_')
  const table = isGoogle ? googleDefaults : awsDefaults
  const defaults = Object.hasOwn(table, resource.type) ? table[resource.type] : undefined
  if (defaults === undefined) return resource
  const added: (readonly [string, Attribute])[] = []
  for (const [path, rules] of Object.entries(defaults)) {
    // What stands there of Google holds for every version.
    const value = isGoogle ? rules[0]?.value : agreed(rules, versions)
    const isElsewhere = rules.some(({ unless = [] }) => unless.some((each) => !isAbsent(resource, each)))
    if (value === undefined || isElsewhere || !isAbsent(resource, path)) continue
    const trace = [
      isGoogle
        ? 'default of the google provider'
        : `default of the aws provider, version ${versions.join(', ')}`,
    ]
    added.push([path, { known: true, value, trace, ...resource.position }])
  }
  if (added.length === 0) return resource
  const attributes = new Attributes(resource.attributes)
  for (const [path, attribute] of added) attributes.set(path, attribute)
  return { ...resource, attributes }
}

function agreed(rules: readonly ProviderDefault[], versions: readonly number[]): Json | undefined {
  const values = versions.map(
    (version) =>
      rules.find(({ from = 0, until = Number.POSITIVE_INFINITY }) => from <= version && version <= until)
        ?.value,
  )
  return values.every((value) => value === values[0]) ? values[0] : undefined
}

/** Written as null is not written; in a block that is not there nothing is missing. */
function isAbsent(resource: Resource, path: string): boolean {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf('.')))
  if (parent !== '' && !resource.attributes.has(parent)) return false
  const attribute = attributeOf(resource, path)
  return attribute === undefined || (attribute.known && attribute.value === null)
}
