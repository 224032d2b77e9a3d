/**
 * One module as it stands in its root: what its names mean. Everything is evaluated when somebody asks for it and
 * kept, so the order of files and blocks says nothing, as in Terraform.
 */
import { evaluate } from '../evaluate/evaluate.ts'
import { textAt, type ModuleNames, type Path, type Scope } from '../evaluate/scope.ts'
import { refused, text, unknown, type Place, type SourceText, type Value } from '../values/value.ts'
import { ModuleCall } from './module-call.ts'
import { openValue, step, type Found, type Resolvable } from './open.ts'
import { ResourceBlock } from './resource-block.ts'
import { attributeIn, literalIn, type Declared, type ModuleSource } from './source.ts'
import type { InnerParts, ModuleParts, ModuleView } from './view.ts'
import { VariableReader } from './variable.ts'

/** Most modules in each other. */
const nestingLimit = 12

export class ModuleInstance implements ModuleView {
  readonly parts: ModuleParts
  readonly prefix: string
  readonly budget
  readonly readFile: ModuleNames['readFile']
  private readonly variables: VariableReader
  private readonly kept: KeptValues
  private readonly givenValues: KeptValues
  private readonly localValues: KeptValues
  private readonly resources = new Map<string, ResourceBlock>()
  private readonly calls = new Map<string, ModuleCall<ModuleInstance>>()

  constructor(parts: ModuleParts) {
    this.parts = parts
    this.prefix = parts.prefix
    this.budget = parts.stack.budget
    this.readFile = parts.stack.parts.readFile
    this.variables = new VariableReader(this)
    this.kept = new KeptValues(this.prefix)
    this.givenValues = new KeptValues(`${this.prefix}var.`)
    this.localValues = new KeptValues(`${this.prefix}local.`)
  }

  /** The scope of expressions in a file of the module. */
  scopeIn(file: SourceText): Scope {
    return { file, module: this }
  }

  /** The names of the module, as expressions see them. */
  resolve(path: Path): Found {
    const { root, steps, at } = path
    const [first, second] = steps
    const name = first?.kind === 'attribute' ? first.name : undefined
    if (root === 'data' && name !== undefined && second?.kind === 'attribute') {
      return this.resource(`data.${name}.${second.name}`, 2, path)
    }
    if (name === undefined)
      return { value: refused(`found ${root} alone, expected a reference`), taken: steps.length }
    switch (root) {
      case 'var':
        return { value: this.variable(name, at), taken: 1 }
      case 'local':
        return { value: this.local(name, at), taken: 1 }
      case 'module':
        return this.module(name, path)
      case 'path':
        return { value: this.pathOf(name), taken: 1 }
      case 'each':
      case 'count':
      case 'self':
      case 'terraform':
        return this.openPath(path)
      default:
        return this.resource(`${root}.${name}`, 1, path)
    }
  }

  private makeInner(parts: InnerParts): ModuleInstance {
    const { stack, folders } = this.parts
    return new ModuleInstance({ ...parts, stack, folders: [...folders, parts.source.folder] })
  }

  /** Finds the resources a block makes. */
  resourceBlock(address: string): ResourceBlock | undefined {
    const before = this.resources.get(address)
    const declared = this.parts.source.resources.get(address)
    if (before !== undefined || declared === undefined) return before
    const made = new ResourceBlock(this, declared, address)
    this.resources.set(address, made)
    return made
  }

  /** Finds the modules a call makes. */
  moduleCall(name: string): ModuleCall<ModuleInstance> | undefined {
    const before = this.calls.get(name)
    const declared = this.parts.source.modules.get(name)
    if (before !== undefined || declared === undefined) return before
    const made = new ModuleCall<ModuleInstance>(this, declared, {
      name,
      source: this.sourceOf(name, declared),
      makeInner: (parts) => this.makeInner(parts),
    })
    this.calls.set(name, made)
    return made
  }

  /** Evaluates an output; undefined when there is none of the name. */
  output(name: string): Value | undefined {
    const declared = this.parts.source.outputs.get(name)
    const written = declared === undefined ? undefined : attributeIn(declared, 'value')
    if (declared === undefined || written === undefined) return undefined
    const value = this.keep(`output.${name}`, () => evaluate(written.expression, this.scopeIn(written.file)))
    const isSecret = literalIn(declared, 'sensitive') === true
    return {
      ...value,
      ...(isSecret ? { isSensitive: true } : {}),
      via: step(`output ${name}`, declared, value),
    }
  }

  /** Evaluates once; what asks for itself on the way is not known. */
  keep(name: string, make: () => Value): Value {
    return this.kept.keep(name, make)
  }

  private variable(name: string, at: Place): Value {
    const value = this.givenValues.keep(name, () => this.variables.read(name))
    // Where a variable without a value is used says more than where it is declared.
    const isBare = value.kind === 'unknown' && value.identity === `${this.prefix}var.${name}`
    return isBare ? { ...value, why: `refers to ${textAt(at)}, which has no value here` } : value
  }

  private local(name: string, at: Place): Value {
    const written = this.parts.source.locals.get(name)
    if (written === undefined) return unknown(`${this.prefix}local.${name}`, `refers to ${textAt(at)}`)
    return this.localValues.keep(name, () => {
      const value = evaluate(written.expression, this.scopeIn(written.file))
      const place: Place = { file: written.file, span: written.expression }
      return {
        ...value,
        via: { step: `local.${name}`, at: place, ...(value.via === undefined ? {} : { from: value.via }) },
      }
    })
  }

  private pathOf(name: string): Value {
    const { source, stack } = this.parts
    if (name === 'root') return text('.')
    if (name !== 'module') return unknown(`path.${name}`, `refers to path.${name}`)
    return text(relativePath(stack.parts.root.folder, source.folder))
  }

  private module(name: string, path: Path): Found {
    const call = this.moduleCall(name)
    return call === undefined ? this.openPath(path) : call.resolve(path)
  }

  private resource(address: string, taken: number, path: Path): Found {
    const block = this.resourceBlock(address) ?? this.elsewhere(address)
    return block === undefined ? this.openPath(path) : block.resolve(path, taken)
  }

  /** A stack that is split over several folders refers to what another folder declares. */
  private elsewhere(address: string): Resolvable | undefined {
    return this.prefix === '' ? this.parts.stack.elsewhere(address) : undefined
  }

  /** A reference to what is not declared here, or not known before Terraform runs. */
  openPath({ root, steps, at }: Path, address = `${this.prefix}${root}`): Found {
    return { value: openValue(address, steps, at), taken: steps.length }
  }

  private sourceOf(name: string, declared: Declared): ModuleSource | undefined {
    const source = literalIn(declared, 'source')
    const { folders, stack } = this.parts
    if (typeof source !== 'string' || folders.length > nestingLimit) return undefined
    const path = `${this.prefix.replace(/module\.|\[[^\]]*\]/g, '')}${name}`
    const found = stack.parts.findModule(source, this.parts.source, path)
    // A module inside itself never ends.
    return found === undefined || folders.includes(found.folder) ? undefined : found
  }
}

/** Values of one kind by name, as it stands in the file: a name made for each question would have to be hashed anew. */
class KeptValues {
  private readonly values = new Map<string, Value>()
  private readonly prefix: string

  /** @param prefix what stands before the names in identities */
  constructor(prefix: string) {
    this.prefix = prefix
  }

  /** Evaluates once; what asks for itself on the way is not known. */
  keep(name: string, make: () => Value): Value {
    const before = this.values.get(name)
    if (before !== undefined) return before
    this.values.set(name, unknown(`${this.prefix}${name} in a circle`, 'refers to itself'))
    const value = make()
    this.values.set(name, value)
    return value
  }
}

function relativePath(root: string, folder: string): string {
  if (folder === root) return '.'
  const base = root === '' ? '' : `${root}/`
  if (folder.startsWith(base)) return folder.slice(base.length)
  const [from, to] = [root.split('/'), folder.split('/')]
  while (from.length > 0 && from[0] === to[0]) {
    from.shift()
    to.shift()
  }
  return [...from.map(() => '..'), ...to].join('/')
}
