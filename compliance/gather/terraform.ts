/** Terraform directories as resources: every top-level block is one, with its nested blocks as numbered attributes. */
import type { GatherFault, Position, Resource } from '../evidence.ts'
import { Evaluator, type Names, type SourceText, type Written } from './hcl/evaluate.ts'
import { type HclFile, parseHcl } from './hcl/parse.ts'
import type { Block, Body, Span } from './hcl/syntax.ts'
import { flatten, type Value, valueOfJson } from './value.ts'

export interface FileBytes {
  readonly file: string
  readonly bytes: Uint8Array
}

export interface Gathered {
  readonly resources: readonly Resource[]
  readonly faults: readonly GatherFault[]
}

interface ModuleFile extends SourceText {
  readonly file: string
  readonly hcl: HclFile
}

/** Attributes whose text is a JSON document; controls read their structure, not their spelling. */
const documents = /^(?:.*_)?policy$|^container_definitions$/

/**
 * Reads one directory as a module: its `*.tf` and the variable files Terraform loads by itself.
 *
 * @param files all of one directory, in the order Terraform reads them (by name)
 */
export function gatherTerraform(files: readonly FileBytes[]): Gathered {
  const parsed = files.map(parseFile)
  const evaluator = new Evaluator(namesOf(parsed))
  return {
    resources: parsed.flatMap((file) => resourcesOf(file, evaluator)),
    faults: parsed.flatMap(faultsOf),
  }
}

function parseFile({ file, bytes }: FileBytes): ModuleFile {
  const hcl = parseHcl(bytes)
  return { file, hcl, source: hcl.source, positionOf: (span) => positionOf(file, hcl, span) }
}

function positionOf(file: string, { lines }: HclFile, { start, end }: Span): Position {
  return { file, startLine: lines.lineOf(start), endLine: lines.lineOf(Math.max(start, end - 1)) }
}

function faultsOf({ file, hcl }: ModuleFile): GatherFault[] {
  return hcl.faults.map(({ line, column, message }) => ({
    code: 'GATHER_SYNTAX',
    message,
    file,
    startLine: line,
    endLine: line,
    column,
  }))
}

function isVariableFile({ file }: ModuleFile): boolean {
  return /\.tfvars(?:\.[\w-]+)?$/.test(file)
}

function namesOf(files: readonly ModuleFile[]): Names {
  const variables = new Map<string, Written | undefined>()
  const locals = new Map<string, Written>()
  for (const file of files.filter((candidate) => !isVariableFile(candidate))) {
    for (const block of file.hcl.body.blocks) {
      if (block.type === 'locals') addAll(locals, block.body, file)
      const [name] = block.labels
      if (block.type === 'variable' && name !== undefined) variables.set(name, defaultOf(block, file))
    }
  }
  for (const file of files.filter(isVariableFile)) addAll(variables, file.hcl.body, file)
  return { variables, locals }
}

function addAll(names: Map<string, Written | undefined>, body: Body, file: SourceText): void {
  for (const { name, value } of body.attributes) names.set(name, { expression: value, file })
}

function defaultOf({ body }: Block, file: SourceText): Written | undefined {
  const attribute = body.attributes.find(({ name }) => name === 'default')
  return attribute === undefined ? undefined : { expression: attribute.value, file }
}

function resourcesOf(file: ModuleFile, evaluator: Evaluator): Resource[] {
  if (!isVariableFile(file)) {
    return file.hcl.body.blocks.map((block) => resourceOf(block, { file, evaluator }))
  }
  const at = { file: file.file, startLine: 1, endLine: 1 }
  const value = valueOfBody(file.hcl.body, { file, evaluator })
  const identity = { kind: 'terraform', type: 'tfvars', name: file.file, address: 'tfvars' } as const
  return [{ ...identity, position: at, attributes: flatten(value, at) }]
}

interface Context {
  readonly file: ModuleFile
  readonly evaluator: Evaluator
}

function resourceOf(block: Block, context: Context): Resource {
  const position = context.file.positionOf(block)
  const attributes = flatten(valueOfBody(block.body, context), position)
  return { kind: 'terraform', ...identityOf(block), position, attributes }
}

function identityOf({ type, labels }: Block): { type: string; name: string; address: string } {
  const [first = '', second = ''] = labels
  if (type === 'resource') return { type: first, name: second, address: `${first}.${second}` }
  if (type === 'data') return { type: `data.${first}`, name: second, address: `data.${first}.${second}` }
  return { type, name: first, address: [type, ...labels].join('.') }
}

/** Attributes by name, blocks as lists by type; a `dynamic` block leaves its list open. */
function valueOfBody(body: Body, context: Context): Value {
  const { file, evaluator } = context
  const entries = new Map<string, Value>()
  for (const { name, value } of body.attributes) {
    const evaluated = evaluator.evaluate(value, file)
    entries.set(name, documents.test(name) ? structureOf(evaluated) : evaluated)
  }
  for (const [type, blocks] of groupByType(body.blocks)) {
    const items = blocks.map((block): Value => ({
      ...valueOfBody(block.body, context),
      at: file.positionOf(block),
    }))
    entries.set(type, { kind: 'list', items, ...placeOfFirst(blocks, file) })
  }
  for (const block of body.blocks.filter(({ type }) => type === 'dynamic')) addDynamic(entries, block, file)
  return { kind: 'map', entries }
}

function groupByType(blocks: readonly Block[]): Map<string, Block[]> {
  return Map.groupBy(blocks, ({ type }) => type)
}

function placeOfFirst(blocks: readonly Block[], file: ModuleFile): { at?: Position } {
  const [first] = blocks
  return first === undefined ? {} : { at: file.positionOf(first) }
}

function addDynamic(entries: Map<string, Value>, block: Block, file: ModuleFile): void {
  const [type] = block.labels
  if (type === undefined) return
  const before = entries.get(type)
  entries.set(type, {
    kind: 'list',
    items: before?.kind === 'list' ? before.items : [],
    open: 'is made by a dynamic block',
    at: before?.at ?? file.positionOf(block),
  })
}

/** Reads the JSON in a known text; text that is none stays what it is. */
function structureOf(value: Value): Value {
  if (value.kind !== 'plain' || typeof value.value !== 'string') return value
  try {
    const json: unknown = JSON.parse(value.value)
    const structure = typeof json === 'object' ? valueOfJson(json) : value
    return value.at === undefined ? structure : { ...structure, at: value.at }
  } catch {
    return value
  }
}
