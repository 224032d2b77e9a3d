/** Checks expressions against a context and turns them into functions of an item. */
import { CallArguments, type ExpressionCompiler } from './arguments.ts'
import { calculate } from './arithmetic.ts'
import { compare } from './compare.ts'
import { enumsOf } from './enums.ts'
import { functions } from './functions/registry.ts'
import { visibleContexts, type ContextName, type Item } from './item.ts'
import { nearest } from './nearest.ts'
import { failed, indexed, storable, type OttlValue } from './ottl-value.ts'
import { resolvePath, type Access, type Getter } from './path.ts'
import { printValue } from './print.ts'
import { StatementError } from './statement-error.ts'
import type { Call, Condition, Expression } from './syntax.ts'

export type Test = (item: Item) => boolean

export class Compiler implements ExpressionCompiler {
  readonly #text: string
  readonly #context: ContextName
  /** What the argument of a converter gives that is named without being called. */
  #passed: OttlValue

  /** @param text of the whole statement, for messages */
  constructor(text: string, context: ContextName) {
    this.#text = text
    this.#context = context
  }

  /**
   * Compiles a condition.
   *
   * @throws StatementError
   */
  test(condition: Condition): Test {
    switch (condition.kind) {
      case 'or': {
        const tests = condition.items.map((item) => this.test(item))
        return (item) => tests.some((test) => test(item))
      }
      case 'and': {
        const tests = condition.items.map((item) => this.test(item))
        return (item) => tests.every((test) => test(item))
      }
      case 'not': {
        const test = this.test(condition.item)
        return (item) => !test(item)
      }
      case 'compare': {
        const { operator } = condition
        const [left, right] = [this.getter(condition.left), this.getter(condition.right)]
        return (item) => compare(operator, left(item), right(item))
      }
      case 'truth':
        return this.#truth(condition.value)
    }
  }

  /** Compiles the call of an editor, which gives nothing back. */
  editor(call: Call): (item: Item) => void {
    const run = this.#call(call, false)
    return (item) => void run(item)
  }

  getter(value: Expression): Getter {
    switch (value.kind) {
      case 'nil':
        return () => undefined
      case 'bool':
      case 'int':
      case 'string':
        return constant(value.value)
      case 'float':
        return constant({ double: value.value })
      case 'bytes':
        return constant(Buffer.from(value.hex, 'hex'))
      case 'name':
        return constant(this.#enumNumber(value))
      case 'path':
        return this.#path(value).get
      case 'list': {
        const items = value.items.map((item) => this.getter(item))
        return (item) => items.map((get) => storable(get(item)))
      }
      case 'map': {
        const entries = value.entries.map((entry) => ({ key: entry.key, get: this.getter(entry.value) }))
        return (item) => ({ map: entries.map(({ key, get }) => ({ key, value: storable(get(item)) })) })
      }
      case 'math': {
        const { operator } = value
        const [left, right] = [this.getter(value.left), this.getter(value.right)]
        return (item) => calculate(operator, left(item), right(item))
      }
      case 'call':
        return this.#call(value, true)
    }
  }

  access(value: Expression): Access {
    if (value.kind !== 'path')
      throw this.refusal(value, `found ${printValue(value)}, expected a path that can be changed`)
    return this.#path(value)
  }

  converter(value: Expression): (argument: OttlValue, item: Item) => OttlValue {
    if (value.kind !== 'name' || !functions.has(value.name))
      throw this.refusal(value, `found ${printValue(value)}, expected the name of a converter`)
    const definition = functions.get(value.name)
    const parameter = definition?.parameters[0]
    if (definition?.parameters.length !== 1 || parameter === undefined)
      throw this.refusal(value, `found ${value.name}, expected a converter of one argument`)
    // Any value will do for the tree: what is compiled reads the value that is passed.
    const standIn: Expression = { kind: 'path', at: value.at, parts: [] }
    const inner: ExpressionCompiler = {
      getter: () => () => this.#passed,
      access: (path) => this.access(path),
      converter: (name) => this.converter(name),
      refusal: (place, why) => this.refusal(place, why),
    }
    const run = definition.create(new CallArguments(new Map([[parameter, standIn]]), inner))
    return (argument, item) => {
      this.#passed = argument
      return run(item)
    }
  }

  refusal({ at }: { readonly at: number }, why: string): StatementError {
    return new StatementError(this.#text, at, why)
  }

  #truth(value: Expression): Test {
    const get = this.getter(value)
    return (item) => {
      const found = get(item)
      if (typeof found !== 'boolean') throw failed(found, 'true or false')
      return found
    }
  }

  #path(value: Expression & { kind: 'path' }): Access {
    const access = resolvePath(value.parts, this.#context)
    if (typeof access === 'string') throw this.refusal(value, access)
    return access
  }

  #enumNumber(value: Expression & { kind: 'name' }): number {
    const known = enumsOf[this.#context]
    const number = Object.hasOwn(known, value.name) ? known[value.name] : undefined
    if (number !== undefined) return number
    throw this.refusal(
      value,
      `found ${value.name}, which names no number of ${this.#context}${meant(value.name, Object.keys(known))}`,
    )
  }

  #call(call: Call, isConverter: boolean): Getter {
    const definition = functions.get(call.name)
    const kind = isConverter ? 'converter' : 'editor'
    if (definition === undefined) {
      const known = [...functions.keys()].filter((name) => /^[A-Z]/.test(name) === isConverter)
      throw this.refusal(call, `found the ${kind} ${call.name}, which there is not${meant(call.name, known)}`)
    }
    const { contexts = visibleContexts[this.#context] } = definition
    if (!contexts.includes(this.#context))
      throw this.refusal(
        call,
        `found ${call.name} in ${this.#context}, expected it in ${contexts.join(' or ')}`,
      )
    const run = definition.create(new CallArguments(this.#given(call, definition.parameters), this))
    if (call.keys.length === 0) return run
    return (item) => indexed(run(item), call.keys)
  }

  #given(call: Call, parameters: readonly string[]): ReadonlyMap<string, Expression> {
    const names = parameters.map((parameter) => parameter.replace('?', ''))
    const given = new Map<string, Expression>()
    let isNamed = false
    for (const [place, { name, value }] of call.arguments.entries()) {
      if (name === '' && isNamed)
        throw this.refusal(value, 'found an argument without a name after one with it')
      isNamed = name !== ''
      const meantName = isNamed ? name : names[place]
      if (meantName === undefined)
        throw this.refusal(value, `found more than the ${names.length} arguments of ${call.name}`)
      if (!names.includes(meantName))
        throw this.refusal(
          value,
          `found the argument ${name}, which ${call.name} does not have${meant(name, names)}`,
        )
      if (given.has(meantName)) throw this.refusal(value, `found ${meantName} twice`)
      given.set(meantName, value)
    }
    const missing = parameters.filter((parameter) => !parameter.endsWith('?') && !given.has(parameter))
    if (missing.length > 0) throw this.refusal(call, `${call.name} lacks ${missing.join(', ')}`)
    return given
  }
}

function constant(value: OttlValue): Getter {
  return () => value
}

function meant(found: string, known: readonly string[]): string {
  const word = nearest(found, known)
  return word === undefined ? '' : `; the nearest is ${word}`
}
