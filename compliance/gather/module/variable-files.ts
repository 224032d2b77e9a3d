/** Variable files: what Terraform loads by itself, and which environments the others stand for. */
import { basename, dirname, relative } from 'node:path'
import type { GatherFault } from '../../evidence.ts'
import { Budget } from '../evaluate/budget.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import type { Scope } from '../evaluate/scope.ts'
import { FunctionStop } from '../functions/definition.ts'
import { decodeJson } from '../functions/json.ts'
import { object, refused, type SourceText, type Value } from '../values/value.ts'
import { faultsOf, parseFile, type FileBytes } from './source.ts'
import type { GivenValue } from './stack.ts'

/** Variables of one file by name. */
export interface VariableFile {
  readonly file: string
  readonly values: ReadonlyMap<string, GivenValue>
  readonly faults: readonly GatherFault[]
  /** Everything in it, for the evidence. */
  readonly whole: Value
}

/** Reads a variable file of native or of JSON syntax. */
export function readVariableFile(bytes: FileBytes): VariableFile {
  return bytes.file.endsWith('.json') ? readJson(bytes) : readNative(bytes)
}

function readNative(bytes: FileBytes): VariableFile {
  const parsed = parseFile(bytes)
  const scope = plainScope(parsed)
  const from = basename(bytes.file)
  const values = new Map(
    parsed.hcl.body.attributes.map(
      ({ name, value }) => [name, once(() => evaluate(value, scope), from)] as const,
    ),
  )
  return { file: bytes.file, values, faults: faultsOf(parsed), whole: wholeOf(values) }
}

function readJson({ file, bytes }: FileBytes): VariableFile {
  const source = Buffer.from(bytes).toString()
  const place: SourceText = { source, positionOf: () => ({ file, startLine: 1, endLine: 1 }) }
  try {
    const document = decodeJson(source)
    if (document.kind !== 'object') throw new FunctionStop('found no object, expected variables by name')
    const values = new Map(
      [...document.entries].map(([name, value]) => {
        const placed: Value = { ...value, at: { file: place, span: { start: 0, end: source.length } } }
        return [name, { value: () => placed, from: basename(file) }] as const
      }),
    )
    return { file, values, faults: [], whole: wholeOf(values) }
  } catch (error) {
    if (!(error instanceof FunctionStop)) throw error
    const at = { file, startLine: 1, endLine: 1 }
    return {
      file,
      values: new Map(),
      faults: [{ code: 'GATHER_SYNTAX', message: error.message, ...at }],
      whole: object(new Map()),
    }
  }
}

function once(make: () => Value, from: string): GivenValue {
  let kept: Value | undefined
  return { from, value: () => (kept ??= make()) }
}

function wholeOf(values: ReadonlyMap<string, GivenValue>): Value {
  return object(new Map([...values].map(([name, { value }]) => [name, value()])))
}

/** A variable file refers to nothing and calls nothing that reads. */
export function plainScope(file: SourceText): Scope {
  const value = refused('found a reference in a variable file, expected none')
  return {
    file,
    module: {
      budget: new Budget(200_000),
      prefix: '',
      resolve: () => ({ value, taken: 0 }),
      readFile: () => undefined,
    },
  }
}

/** True for what Terraform loads without being asked. */
export function isLoaded(file: string): boolean {
  return /^terraform\.tfvars(?:\.json)?$|\.auto\.tfvars(?:\.json)?$/.test(basename(file))
}

/** `terraform.tfvars` first, then its JSON, then `*.auto.tfvars` by name; the later wins. */
export function inLoadingOrder({ file: left }: { file: string }, { file: right }: { file: string }): number {
  const rank = (file: string) =>
    Number(file.includes('.auto.tfvars')) * 2 + Number(/^terraform\.tfvars\.json$/.test(basename(file)))
  return rank(left) - rank(right) || (left < right ? -1 : 1)
}

/** Names the environment of a variable file: `production.tfvars`, `terraform.tfvars.production`, `envs/production/terraform.tfvars`. */
export function environmentOf(file: string, root: string): string {
  const name = basename(file).replace(/\.json$/, '')
  const [, before = '', after = ''] = /^(.*?)\.?(?:auto\.)?tfvars(?:\.(.*))?$/.exec(name) ?? []
  const folder = relative(root, dirname(file))
  const own =
    after !== '' ? after : before === 'terraform' && folder !== '' ? (folder.split('/').at(-1) ?? '') : before
  return own === '' ? relative(root, file) : own
}
