/**
 * The published sources of OCSF 1.8.0, where a folder `shared/` with them lies beside the checkout, compiled
 * together with our extension to one closed JSON Schema (2020-12) per class and set of profiles. Written from the
 * rules of the schema alone and not from `contracts/ocsf/`, so that the two can disagree.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

const folder = join(import.meta.dirname, '../../../shared/schemas/ocsf')
const edu = join(import.meta.dirname, '../../contracts/ocsf/edu')

/** For titles of tests. */
export const ocsfPresence = existsSync(folder)
  ? 'by the published sources'
  : 'by our own schemas alone, since the published sources do not lie beside this checkout'

interface Attribute {
  readonly type?: string
  readonly is_array?: boolean
  readonly requirement?: string
  readonly enum?: Readonly<Record<string, unknown>>
}
interface Fragment {
  readonly name?: string
  readonly uid?: number
  readonly extends?: string
  readonly category?: string
  readonly attributes: Readonly<Record<string, Attribute>> & { readonly $include?: readonly string[] }
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] }
}
interface DataType {
  readonly type?: string
  readonly regex?: string
  readonly max_len?: number
  readonly range?: readonly [number, number]
}
interface Dictionary {
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly types: { readonly attributes: Readonly<Record<string, DataType>> }
}
type Schema = Record<string, unknown>

interface Sources {
  readonly root: string
  readonly objects: ReadonlyMap<string, Fragment>
  readonly classes: ReadonlyMap<string, Fragment>
  readonly attributes: Readonly<Record<string, Attribute>>
  readonly types: Readonly<Record<string, DataType>>
  readonly categories: Readonly<Record<string, { readonly uid: number }>>
}

function parse<T>(...path: readonly string[]): T {
  return JSON.parse(readFileSync(join(...path), 'utf8')) as T
}

function readFolder(...path: readonly string[]): Map<string, Fragment> {
  const files = readdirSync(join(...path), { recursive: true, encoding: 'utf8' })
  return new Map(
    files
      .filter((file) => file.endsWith('.json'))
      .map((file) => [basename(file, '.json'), parse<Fragment>(...path, file)]),
  )
}

function readSources(root: string): Sources {
  const dictionary = parse<Dictionary>(root, 'dictionary.json')
  const own = parse<Dictionary>(edu, 'dictionary.json')
  return {
    root,
    objects: new Map([...readFolder(root, 'objects'), ...readFolder(edu, 'objects')]),
    classes: readFolder(root, 'events'),
    attributes: { ...own.attributes, ...dictionary.attributes },
    types: dictionary.types.attributes,
    categories: parse<{ attributes: Sources['categories'] }>(root, 'categories.json').attributes,
  }
}

/** Collects the attributes of a fragment with those of its ancestors and of the profiles that are switched on. */
function attributesOf(
  fragment: Fragment,
  sources: Sources,
  { known, profiles }: { known: ReadonlyMap<string, Fragment>; profiles: ReadonlySet<string> },
): Record<string, Attribute> {
  const parent = fragment.extends === undefined ? undefined : known.get(fragment.extends)
  const merged: Record<string, Attribute> =
    parent === undefined ? {} : attributesOf(parent, sources, { known, profiles })
  const { $include = [], ...own } = fragment.attributes
  const add = (attributes: Readonly<Record<string, Attribute>>) => {
    for (const [name, attribute] of Object.entries(attributes)) {
      const before = merged[name]
      merged[name] = { ...before, ...attribute, enum: { ...before?.enum, ...attribute.enum } }
    }
  }
  for (const file of $include) {
    if (profiles.has(basename(file, '.json'))) add(parse<Fragment>(sources.root, file).attributes)
  }
  add(own)
  return merged
}

function constraintsOf(
  fragment: Fragment,
  known: ReadonlyMap<string, Fragment>,
): NonNullable<Fragment['constraints']> {
  if (fragment.constraints !== undefined) return fragment.constraints
  const parent = fragment.extends === undefined ? undefined : known.get(fragment.extends)
  return parent === undefined ? {} : constraintsOf(parent, known)
}

function schemaOfType(name: string, sources: Sources): Schema {
  const type = sources.types[name]
  if (type === undefined) return { $ref: `#/$defs/${name}` }
  const base = type.type ?? name
  const json = {
    string_t: 'string',
    integer_t: 'integer',
    long_t: 'integer',
    float_t: 'number',
    boolean_t: 'boolean',
  }
  const timestamp = base === 'timestamp_t' ? 'integer' : json[base as keyof typeof json]
  if (timestamp === undefined) return {}
  return {
    type: timestamp,
    ...(type.regex === undefined ? {} : { pattern: type.regex }),
    ...(type.max_len === undefined ? {} : { maxLength: type.max_len }),
    ...(type.range === undefined ? {} : { minimum: type.range[0], maximum: type.range[1] }),
  }
}

function schemaOf(
  attributes: Record<string, Attribute>,
  constraints: NonNullable<Fragment['constraints']>,
  sources: Sources,
): Schema {
  const properties = Object.fromEntries(
    Object.entries(attributes).map(([name, own]) => {
      const declared = sources.attributes[name]
      const type = own.type ?? declared?.type
      if (type === undefined) throw new Error(`attribute ${name} has no type`)
      const values = Object.keys({ ...declared?.enum, ...own.enum })
      const isNumber = schemaOfType(type, sources)['type'] === 'integer'
      const item =
        values.length === 0 ? schemaOfType(type, sources) : { enum: isNumber ? values.map(Number) : values }
      return [name, (own.is_array ?? declared?.is_array ?? false) ? { type: 'array', items: item } : item]
    }),
  )
  const required = Object.keys(attributes).filter((name) => attributes[name]?.requirement === 'required')
  const { at_least_one: some, just_one: one } = constraints
  return {
    type: 'object',
    properties,
    required,
    additionalProperties: false,
    ...(some === undefined ? {} : { anyOf: some.map((name) => ({ required: [name] })) }),
    ...(one === undefined ? {} : { oneOf: one.map((name) => ({ required: [name] })) }),
  }
}

function compileClass(name: string, profiles: ReadonlySet<string>, sources: Sources): Schema {
  const fragment = sources.classes.get(name)
  if (fragment === undefined) throw new Error(`no class ${name}`)
  const attributes = attributesOf(fragment, sources, { known: sources.classes, profiles })
  // The extension adds its profiles to the base event, and so to every class.
  for (const profile of ['ferpa', 'ledger']) {
    if (profiles.has(`edu/${profile}`)) {
      Object.assign(attributes, parse<Fragment>(edu, 'profiles', `${profile}.json`).attributes)
    }
  }
  const category = categoryOf(fragment, sources)
  const uid = category * 1_000 + (fragment.uid ?? 0)
  const activities = Object.keys(attributes['activity_id']?.enum ?? {}).map(Number)
  const schema = schemaOf(attributes, constraintsOf(fragment, sources.classes), sources)
  const objects = [...sources.objects].map(([object, own]) => [
    object,
    object === 'object'
      ? { type: 'object' }
      : schemaOf(
          attributesOf(own, sources, { known: sources.objects, profiles }),
          constraintsOf(own, sources.objects),
          sources,
        ),
  ])
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...schema,
    properties: {
      ...(schema['properties'] as Schema),
      category_uid: { const: category },
      class_uid: { const: uid },
      type_uid: { enum: activities.map((activity) => uid * 100 + activity) },
    },
    $defs: Object.fromEntries(objects) as Schema,
  }
}

function categoryOf(fragment: Fragment, sources: Sources): number {
  const parent = fragment.extends === undefined ? undefined : sources.classes.get(fragment.extends)
  const named = fragment.category === undefined ? undefined : sources.categories[fragment.category]?.uid
  return named ?? (parent === undefined ? 0 : categoryOf(parent, sources))
}

/** Tells what is wrong with an event by the published schema; empty when nothing is. */
export type OcsfCheck = (event: {
  readonly class_uid: number
  readonly metadata: { readonly profiles?: readonly string[] }
}) => string[]

/** Reads and compiles the published sources. */
export function officialOcsf(): OcsfCheck | undefined {
  if (!existsSync(folder)) return undefined
  const sources = readSources(folder)
  const names = new Map(
    [...sources.classes].map(([name, fragment]) => [
      categoryOf(fragment, sources) * 1_000 + (fragment.uid ?? 0),
      name,
    ]),
  )
  names.set(0, 'base_event')
  const compiled = new Map<string, ValidateFunction>()
  const ajv = new Ajv2020({ allErrors: true, strict: false })
  return (event) => {
    const profiles = event.metadata.profiles ?? []
    const name = names.get(event.class_uid)
    if (name === undefined) return [`no class ${event.class_uid}`]
    const key = [name, ...profiles].join(' ')
    let check = compiled.get(key)
    if (check === undefined) {
      check = ajv.compile(compileClass(name, new Set(profiles), sources))
      compiled.set(key, check)
    }
    if (check(event)) return []
    return (check.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }
}
