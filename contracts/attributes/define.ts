/**
 * The vocabulary in which attribute and log-field keys are declared. A key that is not declared cannot leave
 * a process: the fence (`privacy/`) denies by default.
 */

/**
 * Shapes a short technical string may have. Each is one regular expression of `privacy/shape.ts`, without
 * spaces, so that no shape can carry prose or a full name.
 */
export const shapes = [
  /** Lower-case word: `university_a`, `pg-pool`, `eu-west-1`. */
  'word',
  /** Identifier of a table, a method, a thread: `AspNetUsers`, `Booking.Create`. */
  'identifier',
  /** Method of a remote call, alone or behind its service: `com.example.Echo/echo`. */
  'method',
  /** Function or type in a stack: `Router.handle`, `<anonymous>`. Pages may name theirs too. */
  'code',
  /** Package or scope name: `@opentelemetry/instrumentation-pg`. */
  'package',
  /** Version: `1.45.0-beta.17`, `v24.21.0`. */
  'version',
  /** Class of an error or its code: `TypeError`, `ECONNREFUSED`, `AUDIT_PROOF_INVALID`, `23505`, `503`. */
  'error_type',
  /** UUID in lower case. */
  'uuid',
  /** Lower-case hexadecimal, 8–64 characters: trace, span, container and commit ids. */
  'hex',
  /** Short or whole digest that a program made of its own: of a commit, a container. */
  'commit',
  /** Language tag of BCP 47: `en-GB`. */
  'language',
  /** Host name of a machine of the operator. */
  'hostname',
] as const
export type Shape = (typeof shapes)[number]

/** Values that are rewritten into a declared template, or refused where they fit none. */
export const templates = [
  /** Route of the program's own route table: `/students/:id/transcript`. */
  'route',
  /** Path of a URL: words of `contracts/path-words.ts` stay, every other segment becomes `{id}`. */
  'path',
  /** URL, absolute or relative: path as above, no user, no fragment, only allowed query keys. */
  'url',
  /** Host of a URL: loopback and the policy's own hosts stay. */
  'host',
  /** SQL with every literal replaced by `?` and every comment dropped. */
  'sql',
  /** Span name: a declared constant, a method with a path, or an instrumentation's own pattern. */
  'span_name',
  /** User agent reduced to family, major version and platform. */
  'user_agent',
  /** Constant of `contracts/log-events.ts`. */
  'event',
  /** Stack reduced to function, file name, line and column of each frame. */
  'stack',
] as const
export type Template = (typeof templates)[number]

interface Declared {
  /** Where the value comes from, said where the key alone does not. */
  readonly note?: string
}

export interface NumberAttribute extends Declared {
  readonly class: 'safe'
  readonly value: 'number'
  readonly minimum: number
  readonly maximum: number
}

export interface BooleanAttribute extends Declared {
  readonly class: 'safe'
  readonly value: 'boolean'
}

export interface ClosedAttribute<V extends string = string> extends Declared {
  readonly class: 'safe'
  readonly value: 'closed'
  readonly values: readonly V[]
}

export interface ShapedAttribute extends Declared {
  readonly class: 'safe'
  readonly value: 'shape'
  readonly shape: Shape
  readonly maxLength: number
}

/** A value that joins records of one person: it leaves only as a keyed HMAC. */
export interface JoinAttribute extends Declared {
  readonly class: 'join'
  readonly maxLength: number
}

/** A value that never leaves; listed so that its loss has a name and a count. */
export interface PersonalAttribute extends Declared {
  readonly class: 'personal'
}

export interface TemplateAttribute extends Declared {
  readonly class: 'template'
  readonly template: Template
  readonly maxLength: number
}

export type AttributeSpec =
  | NumberAttribute
  | BooleanAttribute
  | ClosedAttribute
  | ShapedAttribute
  | JoinAttribute
  | PersonalAttribute
  | TemplateAttribute

/** The TypeScript type a caller may give for a declared key; `never` for what must not be given at all. */
export type ValueOf<S extends AttributeSpec> =
  S extends ClosedAttribute<infer V>
    ? V
    : S extends NumberAttribute
      ? number
      : S extends BooleanAttribute
        ? boolean
        : S extends PersonalAttribute
          ? never
          : string

export const flag = { class: 'safe', value: 'boolean' } as const
export const personal = { class: 'personal' } as const

/** Declares a number with its bounds, both inclusive. */
export const number = (minimum: number, maximum: number) =>
  ({ class: 'safe', value: 'number', minimum, maximum }) as const

/** Declares a string from a closed list. */
export const oneOf = <const V extends readonly string[]>(values: V): ClosedAttribute<V[number]> => ({
  class: 'safe',
  value: 'closed',
  values,
})

/** Declares a string from a closed list that is too long to be a type. */
export const listed = (values: readonly string[]): ClosedAttribute<string> => ({
  class: 'safe',
  value: 'closed',
  values,
})

/** Declares a short technical string. */
export const shaped = <const S extends Shape>(shape: S, maxLength = 64) =>
  ({ class: 'safe', value: 'shape', shape, maxLength }) as const

/** Declares a value that is replaced by its keyed HMAC. */
export const join = { class: 'join', maxLength: 128 } as const

/** Declares a value that is rewritten into a template. */
export const templated = <const T extends Template>(template: T, maxLength: number) =>
  ({ class: 'template', template, maxLength }) as const
