/** Reads the objectives of `rules/slos/`: every fault of every file at once, with file, line and key. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LineCounter, parseDocument, type Document } from 'yaml'
import type { Slo } from '../../contracts/slo.ts'
import { ConfigError, type ConfigFault } from '../../lib/config.ts'
import { messageOf } from '../../lib/errors.ts'
import { validator } from '../../lib/validate.ts'
import { OpenSlo, toSlo } from '../slo/openslo.ts'

const check = validator(OpenSlo)

/** Largest file that is read, in bytes. */
const maxBytes = 65_536

/**
 * Reads every `.yaml` file of a folder, ordered by name.
 *
 * @throws ConfigError with every fault
 */
export function loadSlos(folder: string): Slo[] {
  const faults: ConfigFault[] = []
  const files = listFiles(folder)
  const slos = files.flatMap((file) => {
    const outcome = parseSlo(readSource(join(folder, file)), join(folder, file))
    if ('faults' in outcome) faults.push(...outcome.faults)
    else if (`${outcome.name}.yaml` !== file) {
      faults.push({ source: join(folder, file), key: 'metadata.name', expected: file.replace(/\.yaml$/, '') })
    } else return [outcome]
    return []
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return slos
}

function listFiles(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'))
    if (files.length > 0) return files.toSorted()
    throw new Error('at least one objective')
  } catch (error) {
    const expected = `a folder of .yaml files: ${messageOf(error)}`
    throw new ConfigError([{ source: folder, key: '(folder)', expected }])
  }
}

function readSource(path: string): string {
  const source = readFileSync(path, 'utf8')
  if (Buffer.byteLength(source) <= maxBytes) return source
  throw new ConfigError([{ source: path, key: '(file)', expected: `at most ${maxBytes} bytes` }])
}

/** Reads one objective from its text. */
export function parseSlo(source: string, path: string): Slo | { readonly faults: readonly ConfigFault[] } {
  const lines = new LineCounter()
  // One document only: a second one would be an error here and silently lost elsewhere.
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false })
  if (document.errors.length > 0) {
    const faults = document.errors.map(({ pos, message }) => ({
      source: path,
      line: lines.linePos(pos[0]).line,
      key: '(yaml)',
      expected: `valid yaml: ${message}`,
    }))
    return { faults }
  }
  const plain = plainValue(document)
  if (plain === undefined) return { faults: [{ source: path, key: '(yaml)', expected: 'no aliases' }] }
  const outcome = check(plain.value)
  const read = outcome.valid ? toSlo(outcome.value) : { faults: outcome.faults }
  if (!('faults' in read)) return read
  const place = (at: string) => lineOf(document, lines, at)
  return {
    faults: read.faults.map(({ at, expected }): ConfigFault => {
      const line = place(at)
      return { source: path, key: dotted(at), expected, ...(line === undefined ? {} : { line }) }
    }),
  }
}

/** Aliases expand without bound, and no objective needs one. */
function plainValue(document: Document): { readonly value: unknown } | undefined {
  try {
    return { value: document.toJS({ maxAliasCount: 0 }) }
  } catch {
    return undefined
  }
}

/** Finds the line of the deepest node on the way to a pointer; a missing key is reported at its parent. */
function lineOf(document: Document, lines: LineCounter, pointer: string): number | undefined {
  const path = pointer.split('/').slice(1)
  for (let length = path.length; length >= 0; length--) {
    const node: unknown = document.getIn(path.slice(0, length).map(asKey), true)
    if (typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)) {
      const start: unknown = node.range[0]
      if (typeof start === 'number') return lines.linePos(start).line
    }
  }
  return undefined
}

/** Items of sequences are found by number. */
function asKey(part: string): string | number {
  return /^[0-9]+$/.test(part) ? Number(part) : part
}

function dotted(pointer: string): string {
  return pointer === '' ? '(root)' : pointer.slice(1).replaceAll('/', '.')
}
