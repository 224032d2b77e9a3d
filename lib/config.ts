/** Reads what a process is given, once, and reports every fault together. */
import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { resolve } from 'node:path'
import type { Static, TSchema } from 'typebox'
import { LineCounter, parseDocument, type Document } from 'yaml'
import { portVariable, ports, type PortName } from '../contracts/ports.ts'
import { CodedError, messageOf } from './errors.ts'
import { validator, type Validated } from './validate.ts'

export interface ConfigFault {
  /** `environment` or the path of a file. */
  readonly source: string
  readonly line?: number
  /** Name of the variable, or dotted path of the key. */
  readonly key: string
  readonly expected: string
}

/** Thrown with every fault of a configuration; the process answers with exit code 2. */
export class ConfigError extends CodedError<'CONFIG_INVALID'> {
  readonly faults: readonly ConfigFault[]
  constructor(faults: readonly ConfigFault[], options?: ErrorOptions) {
    super('CONFIG_INVALID', faults.map(describeFault).join('\n'), options)
    this.faults = faults
  }
}

/** Writes a fault on one line: `file:line key: expected …`. */
export function describeFault(fault: ConfigFault): string {
  const place = fault.line === undefined ? fault.source : `${fault.source}:${fault.line}`
  return `${place} ${fault.key}: expected ${fault.expected}`
}

/** One setting from the environment: its variable and how its text becomes a value. */
export interface Setting<T> {
  readonly variable: string
  /** @throws Error whose message completes "expected …" */
  readonly read: (text: string | undefined) => T
}

/** Gives what a child process finds in its environment: what this one found, and a secret that is on no command line. */
export function childEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { ...process.env, ...extra }
}

type ValuesOf<D> = { readonly [K in keyof D]: D[K] extends Setting<infer T> ? T : never }

/**
 * Reads all settings of a process.
 *
 * @throws ConfigError with every fault at once
 */
export function environment<D extends Readonly<Record<string, Setting<unknown>>>>(
  declaration: D,
  variables: NodeJS.ProcessEnv = process.env,
): ValuesOf<D> {
  const faults: ConfigFault[] = []
  const values: Record<string, unknown> = {}
  for (const [name, setting] of Object.entries(declaration)) {
    const text = variables[setting.variable]
    try {
      values[name] = setting.read(text === '' ? undefined : text)
    } catch (error) {
      if (error instanceof ConfigError) faults.push(...error.faults)
      else faults.push({ source: 'environment', key: setting.variable, expected: messageOf(error) })
    }
  }
  if (faults.length > 0) throw new ConfigError(faults)
  // Every key of the declaration was read by the setting of that name.
  return values as ValuesOf<D>
}

/** A setting whose value is text; required unless a default is given. */
export function text(variable: string, fallback?: string): Setting<string> {
  return {
    variable,
    read: (value) => {
      if (value !== undefined) return value
      if (fallback !== undefined) return fallback
      throw new Error('a value, found none')
    },
  }
}

/** A setting that may be absent. */
export function optionalText(variable: string): Setting<string | undefined> {
  return { variable, read: (value) => value }
}

/** A setting with a closed list of values. */
export function choice<const V extends readonly string[]>(
  variable: string,
  values: V,
  fallback: V[number],
): Setting<V[number]> {
  return {
    variable,
    read: (value) => {
      const found = value ?? fallback
      const known = values.find((candidate) => candidate === found)
      if (known === undefined) throw new Error(`one of ${values.join(', ')}, found ${quote(found)}`)
      return known
    },
  }
}

/** A setting that is on for `1` or `true` and off for `0`, `false` or nothing. */
export function flag(variable: string): Setting<boolean> {
  return {
    variable,
    read: (value) => {
      if (value === undefined || value === '0' || value === 'false') return false
      if (value === '1' || value === 'true') return true
      throw new Error(`1 or 0, found ${quote(value)}`)
    },
  }
}

/** A whole number within bounds, both inclusive. */
export function integer(
  variable: string,
  bounds: { readonly min: number; readonly max: number; readonly fallback: number },
): Setting<number> {
  return {
    variable,
    read: (value) => {
      if (value === undefined) return bounds.fallback
      const found = Number(value)
      if (Number.isInteger(found) && found >= bounds.min && found <= bounds.max) return found
      throw new Error(`a whole number from ${bounds.min} to ${bounds.max}, found ${quote(value)}`)
    },
  }
}

/** The port of a door, by the name it has in `contracts/ports.ts`; 0 lets the system choose. */
export function portOf(name: PortName): Setting<number> {
  return integer(portVariable(name), { min: 0, max: 65_535, fallback: ports[name] })
}

/** An absolute URL with one of the given protocols. */
export function url(variable: string, protocols: readonly string[], fallback?: string): Setting<string> {
  const base = text(variable, fallback)
  return {
    variable,
    read: (value) => {
      const found = base.read(value)
      const protocol = URL.canParse(found) ? new URL(found).protocol : undefined
      // The value may hold a password, so it is not repeated.
      if (protocol === undefined) throw new Error('an absolute url')
      if (!protocols.includes(protocol))
        throw new Error(`a url with ${protocols.join(' or ')}, found ${protocol}`)
      return found
    },
  }
}

/** A URL that may be absent. */
export function optionalUrl(variable: string, protocols: readonly string[]): Setting<string | undefined> {
  const base = url(variable, protocols)
  return { variable, read: (value) => (value === undefined ? undefined : base.read(value)) }
}

/** The state folder: `CAMPANILE_HOME`, else `.campanile` here, or `/var/lib/campanile` as root. */
export const home: Setting<string> = {
  variable: 'CAMPANILE_HOME',
  read: (value) => {
    if (value !== undefined) return resolve(value.replace(/^~(?=\/|$)/, homedir()))
    return process.getuid?.() === 0 ? '/var/lib/campanile' : resolve('.campanile')
  },
}

/** A setting that names a file which must be readable; the value is its path. */
export function file(variable: string): Setting<string> {
  const base = text(variable)
  return {
    variable,
    read: (value) => {
      const path = resolve(base.read(value))
      if (!statSync(path, { throwIfNoEntry: false })?.isFile())
        throw new Error(`a file, found none at ${path}`)
      return path
    },
  }
}

/** A secret kept alone in a file; the value is its content without surrounding white space. */
export function secretFile(variable: string): Setting<string> {
  const base = file(variable)
  return {
    variable,
    read: (value) => {
      const path = base.read(value)
      const secret = readFileSync(path, 'utf8').trim()
      if (secret === '') throw new Error(`a secret, found an empty file at ${path}`)
      return secret
    },
  }
}

/** A key of 32 bytes kept as hexadecimal digits alone in a file; undefined where the variable is not set. */
export function optionalKeyFile(variable: string): Setting<Uint8Array | undefined> {
  const base = secretFile(variable)
  return {
    variable,
    read: (value) => {
      if (value === undefined) return undefined
      const digits = base.read(value)
      // What was found is a secret, so it is not quoted.
      if (!/^[0-9a-f]{64}$/i.test(digits))
        throw new Error('a file with 64 hexadecimal digits and nothing else')
      return Buffer.from(digits, 'hex')
    },
  }
}

/** A JSON file named by a variable, checked against a schema. */
export function jsonFile<S extends TSchema>(variable: string, schema: S): Setting<Static<S>> {
  const base = file(variable)
  const check = validator(schema)
  return { variable, read: (value) => readChecked(base.read(value), check) }
}

/** Reads a JSON file through the YAML parser, of which JSON is a part: it knows lines and refuses repeated keys. */
function readChecked<T>(path: string, check: (value: unknown) => Validated<T>): T {
  const lines = new LineCounter()
  const document = parseDocument(readSource(path), { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const faults = document.errors.map((error) => ({
      source: path,
      line: lines.linePos(error.pos[0]).line,
      key: '(json)',
      expected: `valid json: ${error.message}`,
    }))
    throw new ConfigError(faults)
  }
  const outcome = check(withoutAliases(path, document))
  if (outcome.valid) return outcome.value
  const faults = outcome.faults.map(({ at, expected }): ConfigFault => {
    const line = lineOf(document, lines, at)
    return { source: path, key: dotted(at), expected, ...(line === undefined ? {} : { line }) }
  })
  throw new ConfigError(faults)
}

function readSource(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(file)', expected: `a readable file: ${messageOf(error)}` }])
  }
}

/** Aliases are YAML and not JSON, and a few lines of them expand without bound. */
function withoutAliases(path: string, document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    throw new ConfigError([{ source: path, key: '(json)', expected: `no aliases: ${messageOf(error)}` }])
  }
}

/** Finds the line of the deepest node on the way to a pointer; a missing key is reported at its parent. */
function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const path = pointerPath(pointer)
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0]
      if (typeof start === 'number') return lines.linePos(start).line
    }
  }
  return undefined
}

function pointerPath(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function dotted(pointer: string): string {
  return pointer === '' ? '(root)' : pointerPath(pointer).join('.')
}

function quote(value: string): string {
  return JSON.stringify(value.slice(0, 80))
}
