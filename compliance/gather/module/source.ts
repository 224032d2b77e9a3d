/** One folder of Terraform files: what it declares, found by name. */
import type { GatherFault, Position } from '../../evidence.ts'
import { type HclFile, parseHcl } from '../hcl/parse.ts'
import { parseHclJson } from '../hcl/parse-json.ts'
import type { Block, Expression, Span } from '../hcl/syntax.ts'
import type { SourceText } from '../values/value.ts'

export interface FileBytes {
  readonly file: string
  readonly bytes: Uint8Array
}

export interface ModuleFile extends SourceText {
  readonly file: string
  readonly hcl: HclFile
}

/** A block and the file it stands in. */
export interface Declared {
  readonly block: Block
  readonly file: ModuleFile
}

/** An expression and the file it stands in. */
export interface Written {
  readonly expression: Expression
  readonly file: SourceText
}

export interface ModuleSource {
  readonly folder: string
  readonly files: readonly ModuleFile[]
  readonly variables: ReadonlyMap<string, Declared>
  readonly locals: ReadonlyMap<string, Written>
  readonly outputs: ReadonlyMap<string, Declared>
  /** By `type.name`, data sources by `data.type.name`. */
  readonly resources: ReadonlyMap<string, Declared>
  readonly modules: ReadonlyMap<string, Declared>
  /** What is wrong with its files. */
  readonly faults: readonly GatherFault[]
  /** All blocks in the order of files and lines, override files laid over the others. */
  readonly blocks: readonly Declared[]
}

/** Reads a file of native syntax, or of JSON syntax where its name says so. */
export function parseFile({ file, bytes }: FileBytes): ModuleFile {
  const hcl = file.endsWith('.tf.json') ? parseHclJson(bytes) : parseHcl(bytes)
  return { file, hcl, source: hcl.source, positionOf: (span) => positionIn(file, hcl, span) }
}

function positionIn(file: string, { lines }: HclFile, { start, end }: Span): Position {
  return { file, startLine: lines.lineOf(start), endLine: lines.lineOf(Math.max(start, end - 1)) }
}

/** Lists what is wrong with the syntax of a file. */
export function faultsOf({ file, hcl }: ModuleFile): GatherFault[] {
  return hcl.faults.map(({ line, column, message }) => ({
    code: 'GATHER_SYNTAX',
    message,
    file,
    startLine: line,
    endLine: line,
    column,
  }))
}

/** Finds an attribute of a block by name. */
export function attributeIn({ block, file }: Declared, name: string): Written | undefined {
  const found = block.body.attributes.find((attribute) => attribute.name === name)
  return found === undefined ? undefined : { expression: found.value, file }
}

/** Reads an attribute that is written as a plain literal. */
export function literalIn(declared: Declared, name: string): null | boolean | number | string | undefined {
  const found = attributeIn(declared, name)?.expression
  return found?.kind === 'literal' ? found.value : undefined
}
