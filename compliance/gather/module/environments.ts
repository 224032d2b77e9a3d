/** The environments of a root: what Terraform loads by itself, and one more for every other variable file. */
import { dirname } from 'node:path'
import { parseHcl } from '../hcl/parse.ts'
import { evaluate } from '../evaluate/evaluate.ts'
import { text, type SourceText, type Value } from '../values/value.ts'
import { attributeIn, type Declared, type ModuleSource } from './source.ts'
import type { GivenValue } from './stack.ts'
import { filesTogether, nameOf } from './files-together.ts'
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
  /** Values as the environment of Terraform gives them; every file wins over them. */
  readonly variables: Readonly<Record<string, string>>
  /** What somebody chose, the later wins; where there is any, there is one environment. */
  readonly layers: readonly VariableLayer[]
}

/** `--var-file` or `--var name=value`. */
export type VariableLayer = VariableFile | { readonly name: string; readonly value: string }

/** Lists the environments of a root, at least one. */
export function environmentsOf(
  root: ModuleSource,
  { files, folders, variables, layers }: EnvironmentParts,
): Environment[] {
  const own = files.filter(({ file }) => rootFolderOf(file, folders) === root.folder)
  const loaded = own
    .filter(({ file }) => isLoaded(file) && folderOf(file) === root.folder)
    .sort(inLoadingOrder)
  const outside = new Map(
    Object.entries(variables).map(([name, value]) => [
      name,
      fromOutside(value, root.variables.get(name), `TF_VAR_${name}`),
    ]),
  )
  const base = new Map([...outside, ...loaded.flatMap(({ values }) => [...values])])
  const isWhole = wholeness(root)
  if (layers.length > 0) return [named(root, base, layers)]
  const others = own.filter((file) => !loaded.includes(file) && setsVariables(file, root))
  const environments: Environment[] = others.length === 0 || isWhole([base]) ? [{ given: base }] : []
  const taken = new Set<string>()
  for (const files of filesTogether(others, (each) => isWhole([base, ...each]))) {
    const name = nameOf(files, others, root)
    const unique = taken.has(name) ? files.map(({ file }) => file).join('+') : name
    taken.add(unique)
    environments.push({
      name: unique,
      given: new Map([...base, ...files.flatMap(({ values }) => [...values])]),
    })
  }
  return environments
}

/** The environment that somebody chose: files and values in the order they were given. */
function named(
  root: ModuleSource,
  base: ReadonlyMap<string, GivenValue>,
  layers: readonly VariableLayer[],
): Environment {
  const given = new Map(base)
  for (const layer of layers) {
    if ('values' in layer) for (const [name, value] of layer.values) given.set(name, value)
    else
      given.set(layer.name, fromOutside(layer.value, root.variables.get(layer.name), `--var ${layer.name}`))
  }
  const last = layers.findLast((layer) => 'values' in layer)
  return { given, ...(last === undefined ? {} : { name: environmentOf(last.file, root.folder) }) }
}

/** Makes the question whether every variable without a default is given by one of several maps. */
function wholeness(root: ModuleSource): (given: readonly ReadonlyMap<string, GivenValue>[]) => boolean {
  const required = [...root.variables]
    .filter(([, declared]) => attributeIn(declared, 'default') === undefined)
    .map(([name]) => name)
  return (given) => required.every((name) => given.some((each) => each.has(name)))
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
function fromOutside(written: string, declared: Declared | undefined, from: string): GivenValue {
  const type = declared === undefined ? undefined : attributeIn(declared, 'type')?.expression
  const isText = type === undefined || (type.kind === 'variable' && type.name === 'string')
  const value = isText ? text(written) : (expressionIn(written) ?? text(written))
  return { from, value: () => value }
}

function expressionIn(written: string): Value | undefined {
  const { body, faults, source } = parseHcl(Buffer.from(`value = ${written}\n`))
  const [attribute] = body.attributes
  if (attribute === undefined || faults.length > 0) return undefined
  const file: SourceText = { source, positionOf: () => ({ file: 'environment', startLine: 1, endLine: 1 }) }
  const { at: _outside, ...value } = evaluate(attribute.value, plainScope(file))
  return value
}
