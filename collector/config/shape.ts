/**
 * Shapes say three things about a configuration value at once: what it may be (a schema), how it becomes a setting
 * (camelCase keys, defaults filled in, durations in milliseconds), and what the documentation says about it.
 */
import Type, { type TSchema } from 'typebox'

/** What a shape is made of, for walking it along a pointer. */
export type Parts =
  | { readonly of: 'value' }
  | { readonly of: 'block'; readonly keys: Keys; readonly refused: Refused }
  | { readonly of: 'list' | 'record'; readonly item: Shape<unknown> }
  | { readonly of: 'union' }

export interface Shape<T> {
  readonly schema: TSchema
  /** Completes "expected …" and names the type in the documentation. */
  readonly kind: string
  /** Turns a value that its schema has passed into a setting. */
  readonly read: (value: unknown) => T
  /** Text takes a reference as it was written; other shapes take the type it has in YAML. */
  readonly isText: boolean
  readonly parts: Parts
  /** Heading of its own in the documentation, for a block that stands in several places. */
  readonly title?: string
}

type Presence = 'required' | 'optional' | 'defaulted'

export interface Key<T, P extends Presence = Presence> {
  readonly shape: Shape<T>
  readonly presence: P
  /** One sentence for the documentation. */
  readonly says: string
  /** The default as it would be written in YAML; absent where there is none. */
  readonly fallback?: unknown
  /** Named without a value, the block is there and empty, as in `http:` of the protocols. */
  readonly isOnWhenNamed?: true
}

export type Keys = Readonly<Record<string, Key<unknown>>>
/** Keys that upstream has and this collector does not do, each with what to write instead. */
export type Refused = Readonly<Record<string, string>>

type Camel<S extends string> = S extends `${infer Head}_${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : S

/** The settings of a block: keys without default may be absent. */
export type SettingsOf<K extends Keys> = {
  readonly [P in keyof K & string as K[P] extends Key<unknown, 'optional'> ? never : Camel<P>]: ValueOf<K[P]>
} & {
  readonly [P in keyof K & string as K[P] extends Key<unknown, 'optional'> ? Camel<P> : never]?: ValueOf<K[P]>
}
type ValueOf<K> = K extends Key<infer T> ? T : never

/** Gives the settings of a shape their name: `type Tls = Settings<typeof clientTls>`. */
export type Settings<S> = S extends Shape<infer T> ? T : never

export function required<T>(shape: Shape<T>, says: string): Key<T, 'required'> {
  return { shape, presence: 'required', says }
}

export function optional<T>(shape: Shape<T>, says: string): Key<T, 'optional'> {
  return { shape, presence: 'optional', says }
}

/** An optional block that is on as soon as its name is there. */
export function switchedOn<T>(shape: Shape<T>, says: string): Key<T, 'optional'> {
  return { shape, presence: 'optional', says, isOnWhenNamed: true }
}

/** @param fallback as it would be written in YAML */
export function defaulted<T>(shape: Shape<T>, fallback: unknown, says: string): Key<T, 'defaulted'> {
  return { shape, presence: 'defaulted', says, fallback }
}

/** A value without parts; `read` is trusted with what the schema has passed. */
export function scalar<T>(schema: TSchema, kind: string, read: (value: unknown) => T): Shape<T> {
  return { schema, kind, read, isText: 'type' in schema && schema.type === 'string', parts: { of: 'value' } }
}

export function list<T>(item: Shape<T>, maxItems = 100): Shape<readonly T[]> {
  return {
    schema: Type.Array(item.schema, { maxItems }),
    kind: `list of ${item.kind}`,
    // The schema has passed it, so it is an array.
    read: (value) => (value as readonly unknown[]).map((each) => item.read(each)),
    isText: false,
    parts: { of: 'list', item },
  }
}

/** A mapping whose keys are the user's; they stay as they are. */
export function record<T>(item: Shape<T>, pattern = '^.+$'): Shape<Readonly<Record<string, T>>> {
  return {
    schema: Type.Record(Type.String({ pattern }), item.schema, { additionalProperties: false }),
    kind: `mapping of names to ${item.kind}`,
    read: (value) =>
      Object.fromEntries(
        Object.entries(value as Readonly<Record<string, unknown>>).map(([name, each]) => [
          name,
          item.read(each),
        ]),
      ),
    isText: false,
    parts: { of: 'record', item },
  }
}

/** One of several shapes; a fault anywhere in it is reported for the whole. */
export function union<T>(
  shapes: readonly Shape<unknown>[],
  kind: string,
  read: (value: unknown) => T,
): Shape<T> {
  return {
    schema: Type.Union(shapes.map(({ schema }) => schema)),
    kind,
    read,
    isText: false,
    parts: { of: 'union' },
  }
}

/** Changes the settings that a shape gives. */
export function mapped<T, U>(shape: Shape<T>, change: (settings: T) => U): Shape<U> {
  return { ...shape, read: (value) => change(shape.read(value)) }
}

/** Gives a block that stands in several places a heading of its own in the documentation. */
export function titled<T>(title: string, shape: Shape<T>): Shape<T> {
  return { ...shape, title }
}

/** A mapping with a closed list of keys. */
export function block<const K extends Keys>(keys: K, refused: Refused = {}): Shape<SettingsOf<K>> {
  const entries = Object.entries(keys)
  const properties = entries.map(([name, { shape, presence }]) => [
    name,
    presence === 'required' ? shape.schema : Type.Optional(shape.schema),
  ])
  return {
    schema: Type.Object(Object.fromEntries(properties) as Record<string, TSchema>, {
      additionalProperties: false,
    }),
    kind: 'mapping',
    read: (value) => {
      const given = value as Readonly<Record<string, unknown>>
      const settings = entries.flatMap(([name, key]) => {
        const found = given[name] ?? key.fallback
        return found === undefined ? [] : [[camel(name), key.shape.read(found)] as const]
      })
      // Every key was read by its own shape, under the name that SettingsOf gives it.
      return Object.fromEntries(settings) as SettingsOf<K>
    },
    isText: false,
    parts: { of: 'block', keys, refused },
  }
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
