/** What the expressions of a plan's configuration refer to: the join between resources whose ids are not known yet. */
import type { Value } from '../values/value.ts'

/** Finds the one resource attribute that an attribute is a reference to; undefined where it is anything else. */
export type References = (
  resource: { readonly address: string; readonly module: string },
  path: readonly string[],
) => string | undefined

/** Reads the configuration of a plan. */
export function referencesOf(configuration: Value | undefined): References {
  const byAddress = new Map<string, Value>()
  collect(part(configuration, 'root_module'), '', byAddress)
  return ({ address, module }, path) => {
    const written = byAddress.get(address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, ''))
    let here: Value | undefined = part(written, 'expressions')
    for (const key of path)
      here = here?.kind === 'list' ? here.items[Number(key)] : (part(here, key) ?? undefined)
    const found = part(here, 'references')
    const names =
      found?.kind === 'list'
        ? found.items.flatMap((each) => (each.kind === 'string' ? [each.value] : []))
        : []
    return plainReference(names, module)
  }
}

/**
 * One reference is listed as its path and all its beginnings: `["aws_s3_bucket.b.id", "aws_s3_bucket.b"]`. With a key
 * that is computed there are others, and nobody can tell which instance is meant.
 */
function plainReference(names: readonly string[], module: string): string | undefined {
  const [first = '', ...others] = names
  const isPlain = /^(?:data\.)?[a-z]\w*_[\w-]*\.[\w-]+(?:\[(?:\d+|"[^"]*")\])?\.\w+$/.test(first)
  return isPlain && others.every((name) => first.startsWith(name)) ? module + first : undefined
}

function collect(module: Value | undefined, prefix: string, into: Map<string, Value>): void {
  const resources = part(module, 'resources')
  for (const resource of resources?.kind === 'list' ? resources.items : []) {
    const address = part(resource, 'address')
    if (address?.kind === 'string') into.set(prefix + address.value, resource)
  }
  const calls = part(module, 'module_calls')
  if (calls?.kind !== 'object' || prefix.length > 1_000) return
  for (const [name, call] of calls.entries) collect(part(call, 'module'), `${prefix}module.${name}.`, into)
}

function part(value: Value | undefined, name: string): Value | undefined {
  return value?.kind === 'object' ? value.entries.get(name) : undefined
}
