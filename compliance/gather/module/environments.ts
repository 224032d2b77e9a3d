/** The environments of a root: what Terraform loads by itself, and one more for every other variable file. */
import { dirname } from 'node:path'
import { parseHcl } from '../hcl/parse.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { text, type SourceText, type Value } from '../values/value.ts'
import { attributeIn, type Declared, type ModuleSource } from './source.ts'
import type { GivenValue } from './stack.ts'
import { environmentOf, inLoadingOrder, isLoaded, plainScope, type VariableFile } from './variable-files.ts'

export interface Environment {
  /** Undefined for what Terraform does without being told a file. */
  readonly name?: string
  readonly given: ReadonlyMap<string, GivenValue>
}

export interface EnvironmentParts {
  readonly files: readonly VariableFile[]
  /** Folders with `*.tf` files. */
  readonly folders: ReadonlyMap<string, ModuleSource>
  readonly variables: Readonly<Record<string, string>>
}

/** Lists the environments of a root, at least one. */
export function environmentsOf(
  root: ModuleSource,
  { files, folders, variables }: EnvironmentParts,
): Environment[] {
  const own = files.filter(({ file }) => rootFolderOf(file, folders) === root.folder)
  const loaded = own
    .filter(({ file }) => isLoaded(file) && folderOf(file) === root.folder)
    .sort(inLoadingOrder)
  const outside = new Map(
    Object.entries(variables).map(([name, value]) => [
      name,
      fromOutside(value, root.variables.get(name), name),
    ]),
  )
  const base = new Map(loaded.flatMap(({ values }) => [...values]))
  const named = own.filter((file) => !loaded.includes(file) && setsVariables(file, root))
  const isWhole = [...root.variables].every(
    ([name, declared]) =>
      base.has(name) || outside.has(name) || attributeIn(declared, 'default') !== undefined,
  )
  const environments: Environment[] =
    named.length === 0 || isWhole ? [{ given: new Map([...base, ...outside]) }] : []
  const taken = new Set<string>()
  for (const { file, values } of named) {
    const name = environmentOf(file, root.folder)
    const unique = taken.has(name) ? file : name
    taken.add(unique)
    environments.push({ name: unique, given: new Map([...base, ...values, ...outside]) })
  }
  return environments
}

function setsVariables({ values }: VariableFile, { variables }: ModuleSource): boolean {
  return [...values.keys()].some((name) => variables.has(name))
}

function folderOf(file: string): string {
  const folder = dirname(file)
  return folder === '.' ? '' : folder
}

/** The nearest folder at or above a variable file that holds Terraform. */
function rootFolderOf(file: string, folders: ReadonlyMap<string, ModuleSource>): string | undefined {
  for (let folder = folderOf(file); ; folder = folderOf(folder)) {
    if (folders.has(folder)) return folder
    if (folder === '' || folder === '/' || folder === folderOf(folder)) return undefined
  }
}

/** As Terraform takes it from its environment: a text for a variable of text, an expression for any other. */
function fromOutside(written: string, declared: Declared | undefined, name: string): GivenValue {
  const type = declared === undefined ? undefined : attributeIn(declared, 'type')?.expression
  const isText = type === undefined || (type.kind === 'variable' && type.name === 'string')
  const value = isText ? text(written) : (expressionIn(written) ?? text(written))
  return { from: `TF_VAR_${name}`, value: () => value }
}

function expressionIn(written: string): Value | undefined {
  const { body, faults, source } = parseHcl(Buffer.from(`value = ${written}\n`))
  const [attribute] = body.attributes
  if (attribute === undefined || faults.length > 0) return undefined
  const file: SourceText = { source, positionOf: () => ({ file: 'environment', startLine: 1, endLine: 1 }) }
  const { at: _outside, ...value } = evaluate(attribute.value, plainScope(file))
  return value
}
