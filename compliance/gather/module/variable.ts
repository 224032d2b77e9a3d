/** Variables of a module: given from outside, or their default, brought to their type. */
import { evaluate } from '../evaluate/evaluate.ts'
import type { Expression } from '../hcl/syntax.ts'
import { convert } from '../values/type.ts'
import { nothing, sensitive, unknown, type Trace, type Value } from '../values/value.ts'
import type { ModuleView } from './view.ts'
import { attributeIn, literalIn, type Declared } from './source.ts'
import { typeOf } from './type-expression.ts'

export class VariableReader {
  private readonly module: ModuleView

  constructor(module: ModuleView) {
    this.module = module
  }

  /** Reads a variable. */
  read(name: string): Value {
    const { source, prefix } = this.module.parts
    const declared = source.variables.get(name)
    const open = unknown(`${prefix}var.${name}`, `refers to var.${name}, which has no value here`)
    if (declared === undefined) return open
    const given = this.given(name)
    const isRefused = given?.kind === 'null' && literalIn(declared, 'nullable') === false
    const value = given === undefined || isRefused ? this.fallback(name, declared) : given
    if (value === undefined) return open
    const typed = this.converted(value, declared)
    return literalIn(declared, 'sensitive') === true ? sensitive(typed) : typed
  }

  private given(name: string): Value | undefined {
    const { prefix, stack, input } = this.module.parts
    if (prefix !== '') {
      const value = input(name)
      const [, caller = ''] = /([^.[]+)(?:\[[^\]]*\])?\.$/.exec(prefix) ?? []
      return value === undefined ? undefined : traced(value, `var.${name} given to module.${caller}`)
    }
    const outside = stack.parts.given.get(name)
    if (outside === undefined) return undefined
    return traced(outside.value(), `var.${name} from ${outside.from}`)
  }

  private fallback(name: string, declared: Declared): Value | undefined {
    const written = attributeIn(declared, 'default')
    if (written === undefined) return undefined
    return traced(evaluate(written.expression, this.module.scopeIn(written.file)), `var.${name} default`)
  }

  private converted(value: Value, declared: Declared): Value {
    const written = attributeIn(declared, 'type')
    if (written === undefined) return value
    const readDefault = (expression: Expression) => evaluate(expression, this.module.scopeIn(written.file))
    return convert(value.kind === 'null' ? nothing : value, typeOf(written.expression, readDefault))
  }
}

function traced(value: Value, step: string): Value {
  const via: Trace = {
    step,
    ...(value.at === undefined ? {} : { at: value.at }),
    ...(value.via === undefined ? {} : { from: value.via }),
  }
  return { ...value, via }
}
