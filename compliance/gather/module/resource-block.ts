/** A `resource` or `data` block: the instances it makes, and what references to them give. */
import type { Path, Scope, Step } from '../evaluate/scope.ts'
import { keyOf } from '../values/inspect.ts'
import { list, num, object, text, unknown, type Value } from '../values/value.ts'
import { bodyValue, partOf } from './body.ts'
import { expand, keyText, type Expansion, type Instance } from './expansion.ts'
import type { ModuleView } from './view.ts'
import { openObject, openValue, type Found } from './open.ts'
import { policyDocument } from './policy-document.ts'
import type { Declared } from './source.ts'

/** One resource as it stands in its module. */
export class ResourceInstance {
  readonly address: string
  readonly made: Instance
  private readonly declared: Declared
  private readonly scope: Scope
  private parts: Map<string, Value | undefined> | undefined
  private body: Value | undefined

  constructor(declared: Declared, made: Instance, address: string) {
    this.declared = declared
    this.made = made
    this.scope = { ...made.scope, file: declared.file }
    this.address = `${address}${keyText(made.key)}`
  }

  /** Everything that is written in it. */
  whole(): Value {
    this.body ??= bodyValue(this.declared.block.body, this.scope)
    return this.body
  }

  /** What a reference to one of its attributes gives: its value where it is written, otherwise an unknown of its name. */
  attribute(name: string, at: Path['at']): Value {
    const value = this.part(name)
    const reference = `${this.address}.${name}`
    if (value === undefined || value.kind === 'null')
      return openValue(this.address, [{ kind: 'attribute', name }], at)
    if (value.kind === 'unknown' && value.document === undefined) {
      return { ...openValue(this.address, [{ kind: 'attribute', name }], at), reference }
    }
    return {
      ...value,
      reference,
      via: {
        step: reference,
        ...(value.at === undefined ? {} : { at: value.at }),
        ...(value.via === undefined ? {} : { from: value.via }),
      },
    }
  }

  /** What a reference to all of it gives: what Terraform adds is not known. */
  object(): Value {
    const whole = this.whole()
    if (whole.kind !== 'object') return whole
    const entries = [...whole.entries].map(([name, value]): [string, Value] => [
      name,
      opened(value, `${this.address}.${name}`),
    ])
    return openObject(new Map(entries.filter(([, value]) => value.kind !== 'null')), this.address)
  }

  private part(name: string): Value | undefined {
    this.parts ??= new Map()
    if (this.parts.has(name)) return this.parts.get(name)
    this.parts.set(name, unknown(`${this.address}.${name} in a circle`, 'refers to itself'))
    const { block } = this.declared
    const isDocument = block.labels[0] === 'aws_iam_policy_document' && block.type === 'data'
    const value =
      isDocument && (name === 'json' || name === 'minified_json')
        ? policyDocument(this.whole(), `${this.address}.json`)
        : partOf(block.body, name, this.scope)
    const part = value === undefined ? undefined : opened(value, `${this.address}.${name}`)
    this.parts.set(name, part)
    return part
  }
}

/** In blocks, too, Terraform adds what is not written. */
function opened(value: Value, address: string): Value {
  if (value.kind !== 'list' || !value.items.every(({ kind }) => kind === 'object')) return value
  const items = value.items.map((item, index) =>
    item.kind === 'object' ? { ...openObject(item.entries, `${address}[${index}]`), ...placeOf(item) } : item,
  )
  return { ...list(items, value.form, value.rest), ...placeOf(value) }
}

function placeOf({ at }: Value): Pick<Value, 'at'> {
  return at === undefined ? {} : { at }
}

export class ResourceBlock {
  readonly declared: Declared
  readonly address: string
  private readonly module: ModuleView
  private readonly local: string
  private expansion: Expansion | undefined
  private made: readonly ResourceInstance[] | undefined
  private byKey: ReadonlyMap<string | undefined, ResourceInstance> | undefined

  constructor(module: ModuleView, declared: Declared, address: string) {
    this.module = module
    this.declared = declared
    this.local = address
    this.address = `${module.prefix}${address}`
  }

  expanded(): Expansion {
    this.expansion ??= this.expandOnce()
    return this.expansion
  }

  instances(): readonly ResourceInstance[] {
    this.made ??= this.expanded().instances.map(
      (made) => new ResourceInstance(this.declared, made, this.address),
    )
    return this.made
  }

  /** Follows `type.name[key].attribute`. @param taken steps that the address took */
  resolve(path: Path, taken: number): Found {
    const rest = path.steps.slice(taken)
    const open = (): Found => ({ value: openValue(this.address, rest, path.at), taken: path.steps.length })
    const { kind, open: isOpen } = this.expanded()
    const [first] = rest
    if (isOpen !== undefined) return open()
    if (kind === 'single') {
      const [only] = this.instances()
      if (only === undefined || first?.kind === 'index') return open()
      return first?.kind === 'attribute'
        ? { value: only.attribute(first.name, path.at), taken: taken + 1 }
        : { value: only.object(), taken }
    }
    return first?.kind === 'index' ? this.resolveKey(first, path, taken) : { value: this.all(kind), taken }
  }

  private resolveKey(first: Extract<Step, { kind: 'index' }>, path: Path, taken: number): Found {
    const rest = path.steps.slice(taken)
    const found = this.instanceOf(keyOf(first.key))
    const next = rest[1]
    if (found === undefined || found.made.isAbsent === true) {
      return { value: openValue(this.address, rest, path.at), taken: path.steps.length }
    }
    return next?.kind === 'attribute'
      ? { value: found.attribute(next.name, path.at), taken: taken + 2 }
      : { value: found.object(), taken: taken + 1 }
  }

  private instanceOf(key: string | undefined): ResourceInstance | undefined {
    this.byKey ??= new Map(this.instances().map((each) => [keyOf(keyValue(each.made.key)), each]))
    return key === undefined ? undefined : this.byKey.get(key)
  }

  /** All of them, for splats and loops. */
  private all(kind: Expansion['kind']): Value {
    const name = `all ${this.local}`
    return this.module.keep(name, () => {
      const present = this.instances().filter(({ made }) => made.isAbsent !== true)
      const values = present.map((each) => [each.made.key, each.object()] as const)
      if (kind === 'count') return list(values.map(([, value]) => value))
      return object(new Map(values.map(([key, value]) => [String(key), value])))
    })
  }

  private expandOnce(): Expansion {
    const scope = this.module.scopeIn(this.declared.file)
    const expansion = expand(this.declared, this.address, scope)
    if (
      expansion.open?.why.includes('at most') === true ||
      expansion.open?.why.startsWith('makes more') === true
    ) {
      this.module.parts.stack.report(this.declared, `${this.address} ${expansion.open.why}`)
    }
    return expansion
  }
}

function keyValue(key: string | number | undefined): Value {
  return typeof key === 'number' ? num(key) : text(key ?? '')
}
