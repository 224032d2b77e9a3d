/** What is known about a component: where it stands, which signals it takes, and the shape of its body. */
import type { Shape } from './shape.ts'

export const sections = ['receivers', 'processors', 'connectors', 'exporters', 'extensions'] as const
export type Section = (typeof sections)[number]
export const signals = ['traces', 'metrics', 'logs'] as const
export type Signal = (typeof signals)[number]

/** Reports a fault of a body by the path of its key, parts joined with `/`. */
export type Report = (key: string, expected: string) => void

interface Definition<T> {
  readonly body: Shape<T>
  /** One sentence for the documentation. */
  readonly says: string
  /** Signals it can stand in a pipeline of. For a connector: the signals it takes. */
  readonly signals: readonly Signal[]
  /** Signal that a connector gives; absent for all others. */
  readonly gives?: Signal
  /** Type name it had before, accepted with a warning. */
  readonly formerly?: string
  /** What one key's schema cannot say: keys that need or exclude each other. */
  readonly check?: (settings: T, report: Report, body: Body) => void
}

/** What the file has under the component, references resolved, without defaults. */
export type Body = Readonly<Record<string, unknown>>

export interface Component<S extends Section = Section, Id extends string = string, T = unknown> {
  readonly section: S
  readonly type: Id
  readonly body: Shape<T>
  readonly says: string
  readonly signals: readonly Signal[]
  readonly gives?: Signal
  readonly formerly?: string
  readonly check: (settings: unknown, report: Report, body: Body) => void
}

/** Describes one component. */
export function defineComponent<S extends Section, const Id extends string, T>(
  section: S,
  type: Id,
  definition: Definition<T>,
): Component<S, Id, T> {
  // It is only called with what `body.read` has given.
  const check = (settings: unknown, report: Report, body: Body) =>
    definition.check?.(settings as T, report, body)
  return { section, type, ...definition, check }
}

/** The type in `type/name`. */
export function typeOf(id: string): string {
  return id.split('/', 1)[0] ?? ''
}

/** Writes a JSON Pointer of keys. */
export function pointer(...keys: readonly (string | number)[]): string {
  return keys.map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}
