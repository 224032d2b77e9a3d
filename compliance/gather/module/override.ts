/** Override files: `override.tf` and `*_override.tf` change blocks of the other files (Terraform language, "Override Files"). */
import { basename } from 'node:path'
import type { GatherFault } from '../../evidence.ts'
import type { Attribute, Block, Body, Span } from '../hcl/syntax.ts'
import type { Declared, ModuleFile } from './source.ts'

export interface Merged {
  readonly blocks: readonly Declared[]
  /** Overrides of what is not there; Terraform refuses them. */
  readonly faults: readonly GatherFault[]
}

/** Puts the blocks of a folder together, as they are when all override files have been laid over them in order of name. */
export function mergeOverrides(files: readonly ModuleFile[]): Merged {
  const overrides = files.filter(isOverride).sort((left, right) => (left.file < right.file ? -1 : 1))
  const blocks = files.filter((file) => !isOverride(file)).flatMap(blocksOf)
  if (overrides.length === 0) return { blocks, faults: [] }
  const merger = new Merger(blocks)
  for (const declared of overrides.flatMap(blocksOf)) merger.lay(declared)
  return { blocks: merger.blocks, faults: merger.faults }
}

function isOverride({ file }: ModuleFile): boolean {
  return /^(?:.*_)?override\.tf(?:\.json)?$/.test(basename(file))
}

function blocksOf(file: ModuleFile): Declared[] {
  return file.hcl.body.blocks.map((block) => ({ block, file }))
}

class Merger {
  blocks: Declared[]
  readonly faults: GatherFault[] = []
  /** Two files read as one, by the first and the second. */
  private readonly joined = new Map<ModuleFile, Map<ModuleFile, ModuleFile>>()

  constructor(blocks: Declared[]) {
    this.blocks = blocks
  }

  lay(over: Declared): void {
    const { type, labels, body } = over.block
    // A name of a later block counts, and a value that does not count any more still stands in its file.
    if (type === 'locals') this.blocks.push(over)
    else if (type === 'terraform') this.laySettings(over, new Set(body.blocks.map((block) => block.type)))
    else {
      const key = keyOf(over.block)
      const at = this.blocks.findIndex(({ block }) => keyOf(block) === key)
      const base = this.blocks[at]
      if (base !== undefined) this.blocks[at] = this.merged(base, over)
      else {
        this.blocks.push(over)
        const message = `found an override of ${[type, ...labels].join('.')}, expected it in another file too`
        this.faults.push({ code: 'GATHER_SYNTAX', message, ...over.file.positionOf(over.block) })
      }
    }
  }

  /** Where the state is kept is said once; versions of providers are added to, and the first found counts. */
  private laySettings(over: Declared, types: ReadonlySet<string>): void {
    const isState = (type: string) => type === 'backend' || type === 'cloud'
    const saysState = [...types].some(isState)
    const rest = this.blocks.map(({ block, file }): Declared => {
      if (block.type !== 'terraform' || !saysState) return { block, file }
      const blocks = block.body.blocks.filter(({ type }) => !isState(type))
      return { block: { ...block, body: { ...block.body, blocks } }, file }
    })
    this.blocks = [over, ...rest]
  }

  private merged(base: Declared, over: Declared): Declared {
    const body = mergeBodies(base.block.body, shifted(over.block.body, base.file.source.length))
    return { block: { ...base.block, body }, file: this.join(base.file, over.file) }
  }

  /** Expressions know their place in one text: it becomes the text of both files. */
  private join(first: ModuleFile, second: ModuleFile): ModuleFile {
    const bySecond = this.joined.get(first) ?? new Map<ModuleFile, ModuleFile>()
    this.joined.set(first, bySecond)
    const length = first.source.length
    const positionOf = (span: Span) =>
      span.start >= length ? second.positionOf(shifted(span, -length)) : first.positionOf(span)
    const kept = bySecond.get(second) ?? { ...first, source: first.source + second.source, positionOf }
    bySecond.set(second, kept)
    return kept
  }
}

function keyOf({ type, labels, body }: Block): string {
  const alias = type === 'provider' ? body.attributes.find(({ name }) => name === 'alias')?.value : undefined
  return JSON.stringify([type, ...labels, alias?.kind === 'literal' ? alias.value : null])
}

/** Attributes by name; blocks of one type take the place of all blocks of that type, but `lifecycle` is one. */
function mergeBodies(base: Body, over: Body): Body {
  const types = new Set(over.blocks.map(nestedType))
  const blocks = base.blocks.filter((block) => !types.has(nestedType(block)))
  const lifecycle = base.blocks.find(({ type }) => type === 'lifecycle')
  const laid = over.blocks.map((block) =>
    block.type === 'lifecycle' && lifecycle !== undefined
      ? { ...block, body: mergeBodies(lifecycle.body, block.body) }
      : block,
  )
  const byName = (attribute: Attribute) => [attribute.name, attribute] as const
  const attributes = new Map([...base.attributes.map(byName), ...over.attributes.map(byName)])
  // A name is an attribute or a block, in both files together too.
  for (const type of types) attributes.delete(type)
  const names = new Set(over.attributes.map(({ name }) => name))
  return {
    attributes: [...attributes.values()],
    blocks: [...blocks.filter((block) => !names.has(nestedType(block))), ...laid],
  }
}

function nestedType({ type, labels }: Block): string {
  return type === 'dynamic' ? (labels[0] ?? '') : type
}

/** Moves every node of a tree. */
function shifted<T>(node: T, by: number): T {
  if (Array.isArray(node)) return node.map((item: unknown) => shifted(item, by)) as T
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]: [string, unknown]) => {
    const isPlace = (key === 'start' || key === 'end') && typeof value === 'number'
    return [key, isPlace ? value + by : shifted(value, by)]
  })
  // The same keys with values of the same types.
  return Object.fromEntries(entries) as T
}
