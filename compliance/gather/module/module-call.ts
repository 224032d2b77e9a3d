/** A `module` block: the modules it makes, and what their outputs give. */
import { evaluate } from '../evaluate/evaluate.ts'
import type { Path } from '../evaluate/scope.ts'
import { keyOf } from '../values/inspect.ts'
import { list, object, text, num, type Value } from '../values/value.ts'
import { expand, keyText, type Expansion, type Instance } from './expansion.ts'
import type { InnerParts, ModuleView } from './view.ts'
import { openObject, type Found } from './open.ts'
import { attributeIn, type Declared, type ModuleSource } from './source.ts'

export interface MadeModule<M extends ModuleView> {
  readonly made: Instance
  readonly module: M
}

export interface CallParts<M> {
  readonly name: string
  /** Undefined when the folder is not there. */
  readonly source: ModuleSource | undefined
  readonly makeInner: (parts: InnerParts) => M
}

export class ModuleCall<M extends ModuleView> {
  readonly declared: Declared
  readonly address: string
  private readonly caller: ModuleView
  private readonly makeInner: CallParts<M>['makeInner']
  private readonly source: ModuleSource | undefined
  private expansion: { readonly of: Expansion; readonly modules: readonly MadeModule<M>[] } | undefined

  constructor(caller: ModuleView, declared: Declared, { name, source, makeInner }: CallParts<M>) {
    this.makeInner = makeInner
    this.caller = caller
    this.declared = declared
    this.source = source
    this.address = `${caller.prefix}module.${name}`
  }

  /** The modules it makes; undefined when the folder is not there. */
  modules(): readonly MadeModule<M>[] | undefined {
    return this.source === undefined ? undefined : this.expanded(this.source).modules
  }

  /** Follows `module.name[key].output`. */
  resolve(path: Path): Found {
    const open = () => this.caller.openPath({ ...path, steps: path.steps.slice(1) }, this.address)
    const all = { taken: path.steps.length }
    if (this.source === undefined) return { ...open(), ...all }
    const { of, modules } = this.expanded(this.source)
    if (of.open !== undefined) return { ...open(), ...all }
    const [, first, second] = path.steps
    if (of.kind === 'single') {
      const [only] = modules
      const value = first?.kind === 'attribute' ? only?.module.output(first.name) : undefined
      if (first?.kind === 'attribute')
        return value === undefined ? { ...open(), ...all } : { value, taken: 2 }
    } else if (first?.kind === 'index' && second?.kind === 'attribute') {
      const wanted = keyOf(first.key)
      const found = modules.find(({ made }) => wanted === keyOf(keyValue(made.key)))
      const value = found?.made.isAbsent === true ? undefined : found?.module.output(second.name)
      return value === undefined ? { ...open(), ...all } : { value, taken: 3 }
    }
    return { value: this.whole(of, modules), taken: 1 }
  }

  private expanded(source: ModuleSource) {
    this.expansion ??= this.expandInto(source)
    return this.expansion
  }

  private expandInto(source: ModuleSource) {
    const of = expand(this.declared, this.address, this.caller.scopeIn(this.declared.file))
    const modules = of.instances.map((made) => ({ made, module: this.make(source, made) }))
    return { of, modules }
  }

  private make(source: ModuleSource, made: Instance): M {
    return this.makeInner({
      source,
      prefix: `${this.address}${keyText(made.key)}.`,
      input: (name) => {
        const written = attributeIn(this.declared, name)
        return written === undefined
          ? undefined
          : evaluate(written.expression, { ...made.scope, file: written.file })
      },
    })
  }

  private whole({ kind }: Expansion, modules: readonly MadeModule<M>[]): Value {
    const present = modules.filter(({ made }) => made.isAbsent !== true)
    const values = present.map(({ made, module }) => [made.key, outputsOf(module)] as const)
    if (kind === 'single') return values[0]?.[1] ?? list([])
    if (kind === 'count') return list(values.map(([, value]) => value))
    return object(new Map(values.map(([key, value]) => [String(key), value])))
  }
}

function keyValue(key: string | number | undefined): Value {
  return typeof key === 'number' ? num(key) : text(key ?? '')
}

function outputsOf(module: ModuleView): Value {
  const names = [...module.parts.source.outputs.keys()]
  const entries = names.flatMap((name): [string, Value][] => {
    const value = module.output(name)
    return value === undefined ? [] : [[name, value]]
  })
  return openObject(new Map(entries), module.prefix.slice(0, -1))
}
