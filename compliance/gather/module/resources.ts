/** Walks the modules of a stack and shows everything in them as resources of the evidence. */
import type { Resource } from '../../evidence.ts'
import { num, sensitive, type Value } from '../values/value.ts'
import { allowedMajors, withDefaults } from '../defaults/apply.ts'
import { attributesOf } from './attributes.ts'
import { bodyValue } from './body.ts'
import { ModuleInstance } from './instance.ts'
import type { Instance } from './expansion.ts'
import type { MadeModule } from './module-call.ts'
import type { ResourceInstance } from './resource-block.ts'
import { literalIn, type Declared, type ModuleSource } from './source.ts'
import type { Stack } from './stack.ts'

/** Blocks that say the same in every environment. */
const constant: ReadonlySet<string> = new Set([
  'variable',
  'terraform',
  'moved',
  'import',
  'removed',
  'check',
])

/** What one walk has seen; folders and files that several modules share are shown once. */
export interface Shown {
  readonly folders: Set<string>
}

/** Makes the root module of a stack. */
export function rootModule(stack: Stack): ModuleInstance {
  const { root } = stack.parts
  return new ModuleInstance({
    source: root,
    stack,
    prefix: '',
    input: () => undefined,
    folders: [root.folder],
  })
}

/** What an enclosing call says of everything in its module. */
interface Making {
  /** Nothing in it is made. */
  readonly isAbsent: boolean
  /** What has to hold so that it is made, where that is not known: as in `Resource`. */
  readonly madeIf: readonly string[]
}

function within({ isAbsent, madeIf }: Making, made: Instance): Making {
  return {
    isAbsent: isAbsent || made.isAbsent === true,
    madeIf: made.madeIf === undefined ? madeIf : [...madeIf, made.madeIf.identity],
  }
}

/** Lists the resources of a stack. */
export function resourcesOf(stack: Stack, module: ModuleInstance, shown: Shown): Resource[] {
  const walker = new Walker(stack, shown)
  walker.visit(module, { isAbsent: false, madeIf: [] })
  return walker.resources
}

class Walker {
  readonly resources: Resource[] = []
  private readonly stack: Stack
  private readonly shown: Shown
  private readonly providerVersions: readonly number[]
  /** One for each module, however many resources it has: readers find what belongs together by it. */
  private readonly scopes = new Map<ModuleInstance, NonNullable<Resource['scope']>>()

  constructor(stack: Stack, shown: Shown) {
    this.stack = stack
    this.shown = shown
    this.providerVersions = allowedMajors(awsConstraint(stack.parts.root))
  }

  visit(module: ModuleInstance, making: Making): void {
    const { folder, blocks } = module.parts.source
    const { environment } = this.stack.parts
    const isFirst = !this.shown.folders.has(folder)
    const isFirstHere = !this.shown.folders.has(`${folder} ${environment ?? ''}`)
    this.shown.folders.add(folder).add(`${folder} ${environment ?? ''}`)
    for (const declared of blocks) {
      const { type } = declared.block
      if (type === 'resource' || type === 'data') this.addInstances(module, declared, making)
      else if (type === 'module') this.visitCall(module, declared, making)
      else if (constant.has(type) ? isFirst : isFirstHere) this.addBlock(module, declared)
    }
  }

  private visitCall(module: ModuleInstance, declared: Declared, making: Making): void {
    const call = module.moduleCall(declared.block.labels[0] ?? '')
    const modules = call?.declared === declared ? call.modules() : undefined
    if (modules === undefined) this.addBlock(module, declared)
    else for (const each of modules) this.visitMade(each, making)
  }

  private visitMade({ made, module }: MadeModule<ModuleInstance>, making: Making): void {
    this.visit(module, within(making, made))
  }

  private addInstances(module: ModuleInstance, declared: Declared, making: Making): void {
    const [type = '', name = ''] = declared.block.labels
    const isData = declared.block.type === 'data'
    const block = module.resourceBlock(`${isData ? 'data.' : ''}${type}.${name}`)
    // A second block of one address is refused by Terraform; it is shown as it stands.
    if (block?.declared !== declared) {
      this.addBlock(module, declared)
      return
    }
    for (const instance of block.instances()) {
      if (!this.stack.takeInstance()) {
        this.stack.report(declared, `${block.address} and others make too many instances to look at`)
        return
      }
      this.addInstance(module, declared, { instance, ...within(making, instance.made) })
    }
  }

  private addInstance(
    module: ModuleInstance,
    declared: Declared,
    { instance, isAbsent, madeIf }: Making & { readonly instance: ResourceInstance },
  ): void {
    const [type = '', name = ''] = declared.block.labels
    const isData = declared.block.type === 'data'
    const position = declared.file.positionOf(declared.block)
    const value = withoutRepetition(instance, isAbsent)
    this.add(module, {
      type: isData ? `data.${type}` : type,
      name,
      address: instance.address,
      position,
      attributes: attributesOf(value, position),
      ...(madeIf.length === 0 ? {} : { madeIf }),
    })
  }

  private addBlock(module: ModuleInstance, declared: Declared): void {
    const { block, file } = declared
    const position = file.positionOf(block)
    const value = bodyValue(block.body, module.scopeIn(file))
    const isSecret = block.type === 'variable' && isSensitiveVariable(declared)
    const attributes = attributesOf(isSecret ? withSecret(value, ['default']) : value, position)
    this.add(module, { ...identityOf(declared, module.prefix), position, attributes })
  }

  private add(module: ModuleInstance, found: Omit<Resource, 'kind'>): void {
    const { environment } = this.stack.parts
    const resource: Resource = {
      kind: 'terraform',
      ...found,
      scope: this.scopeOf(module),
      ...(environment === undefined || constant.has(found.type) ? {} : { environment }),
    }
    this.resources.push(withDefaults(resource, this.providerVersions))
  }

  private scopeOf(module: ModuleInstance): NonNullable<Resource['scope']> {
    const before = this.scopes.get(module)
    if (before !== undefined) return before
    const { root, group, environment } = this.stack.parts
    const scope = { root: `${group}\n${environment ?? ''}`, module: module.prefix, folder: root.folder }
    this.scopes.set(module, scope)
    return scope
  }
}

/** Tells whether the value of a variable is marked as secret. */
export function isSensitiveVariable(declared: Declared): boolean {
  return literalIn(declared, 'sensitive') === true
}

/** Marks entries of an object as secret. */
export function withSecret(value: Value, names: Iterable<string>): Value {
  if (value.kind !== 'object') return value
  const entries = new Map(value.entries)
  for (const name of names) {
    const entry = entries.get(name)
    if (entry !== undefined) entries.set(name, sensitive(entry))
  }
  return { ...value, entries }
}

/** Reads the version of the AWS provider that the root asks for. */
function awsConstraint({ blocks }: ModuleSource): string | undefined {
  for (const { block } of blocks) {
    const required = block.body.blocks.find(({ type }) => type === 'required_providers')
    const aws = required?.body.attributes.find(({ name }) => name === 'aws')?.value
    const version =
      aws?.kind === 'object'
        ? aws.items.find(({ key }) => key.kind === 'literal' && key.value === 'version')?.value
        : aws
    if (version?.kind === 'literal' && typeof version.value === 'string') return version.value
  }
  return undefined
}

function identityOf({ block }: Declared, prefix: string): Pick<Resource, 'type' | 'name' | 'address'> {
  const { type, labels } = block
  const [first = '', second = ''] = labels
  if (type === 'resource') return { type: first, name: second, address: `${prefix}${first}.${second}` }
  if (type === 'data')
    return { type: `data.${first}`, name: second, address: `${prefix}data.${first}.${second}` }
  // What stands in a module of several instances is shown for the first, by its name in the file.
  const address = [type, ...labels].join('.')
  return { type, name: first, address: type === 'module' ? `${prefix}${address}` : address }
}

/** The collection of `for_each` is not a part of each of its instances: a thousand of a thousand are a million. */
function withoutRepetition(instance: ResourceInstance, isAbsent: boolean): Value {
  const whole = instance.whole()
  const isRepeated =
    instance.made.key !== undefined && whole.kind === 'object' && whole.entries.has('for_each')
  if (whole.kind !== 'object' || (!isRepeated && !isAbsent)) return whole
  const entries = new Map(whole.entries)
  if (isRepeated) entries.delete('for_each')
  if (isAbsent) entries.set('count', { ...num(0), ...placeOf(whole.entries) })
  return { ...whole, entries }
}

function placeOf(entries: ReadonlyMap<string, Value>): Pick<Value, 'at'> {
  const at = (entries.get('count') ?? entries.get('for_each'))?.at
  return at === undefined ? {} : { at }
}
