/** Calls of functions: what unknown and secret arguments mean, and `try` and `can`, which ask about errors. */
import { parseTemplate } from '../hcl/parse.ts'
import type { Expression, Span } from '../hcl/syntax.ts'
import { FunctionStop, type CallContext, type FunctionDefinition } from '../functions/definition.ts'
import { changingFunctions, functions } from '../functions/table.ts'
import { identityOf, isSensitive, shortened, unknownIn } from '../values/inspect.ts'
import { bool, refused, sensitive, unknown, type Unknown, type Value } from '../values/value.ts'
import { bind, type Scope } from './scope.ts'

type Evaluate = (expression: Expression, scope: Scope) => Value
type Call = Extract<Expression, { kind: 'call' }>

/** Functions that show whether something is secret, or take it away. */
const unmarking: ReadonlySet<string> = new Set(['nonsensitive', 'issensitive'])

/** Evaluates a call. */
export function evaluateCall(call: Call, scope: Scope, evaluate: Evaluate): Value {
  const name = call.name.replace(/^core::/, '')
  if (name === 'try') return tryAll(call.args, scope, evaluate)
  if (name === 'can') return canAll(call.args, scope, evaluate)
  const args = argumentsOf(call, scope, evaluate)
  if (!Array.isArray(args)) return args
  const failed = args.find((value) => value.kind === 'unknown' && value.isError === true)
  if (failed !== undefined) return failed
  const known = functions.get(name)
  if (known === undefined) return notComputed(name, args)
  const result = apply(name, known, args, scope, evaluate)
  return !unmarking.has(name) && args.some(isSensitive) ? sensitive(result) : result
}

function argumentsOf({ args, isExpanded }: Call, scope: Scope, evaluate: Evaluate): Value[] | Unknown {
  const values = args.map((arg) => evaluate(arg, scope))
  if (!isExpanded) return values
  const last = values.pop()
  if (last?.kind === 'list' && last.rest === undefined) return [...values, ...last.items]
  if (last?.kind === 'unknown' && last.isError === true) return last
  const hidden = last === undefined ? undefined : unknownIn(last)
  if (hidden === undefined) return refused('found no list, expected a list before "..."')
  return unknown(
    shortened(`call(${[...values, hidden].map(identityOf).join()}...) #${(calls += 1)}`),
    hidden.why,
  )
}

let calls = 0

function notComputed(name: string, args: readonly Value[]): Value {
  const isChanging = changingFunctions.has(name) || name.includes('::')
  const identity = `${name}(${args.map(identityOf).join()})${isChanging ? ` #${(calls += 1)}` : ''}`
  return unknown(shortened(identity), `is made by ${name}(), which is not computed`)
}

function apply(
  name: string,
  { least, most, takesUnknown, apply: run }: FunctionDefinition,
  ...[args, scope, evaluate]: [readonly Value[], Scope, Evaluate]
): Value {
  if (args.length < least || args.length > most) {
    return refused(`found ${args.length} arguments of ${name}(), expected ${least} to ${most}`)
  }
  const hidden = takesUnknown === true ? undefined : firstUnknown(args)
  if (hidden?.isError === true) return hidden
  const identity = () => shortened(`${name}(${args.map(identityOf).join()})`)
  if (hidden !== undefined) return unknown(identity(), hidden.why)
  if (!scope.module.budget.spend(args.reduce((sum, arg) => sum + sizeOf(arg), 0))) {
    return unknown(`${name} #${(calls += 1)}`, 'takes too many steps to evaluate')
  }
  try {
    return run(args, contextOf(scope, evaluate))
  } catch (error) {
    if (!(error instanceof FunctionStop)) throw error
    return error.isRefused ? refused(`${error.message} in ${name}()`) : unknown(identity(), error.message)
  }
}

function firstUnknown(args: readonly Value[]): Unknown | undefined {
  for (const arg of args) {
    const found = unknownIn(arg)
    if (found !== undefined) return found
  }
  return undefined
}

function sizeOf(value: Value): number {
  if (value.kind === 'list') return 1 + value.items.length / 8
  if (value.kind === 'object') return 1 + value.entries.size / 8
  return value.kind === 'string' ? 1 + value.value.length / 500 : 1
}

function contextOf(scope: Scope, evaluate: Evaluate): CallContext {
  const { readFile, budget } = scope.module
  return {
    readFile,
    spend: (steps) => budget.spend(steps),
    once: (question, compute) => budget.once(question, compute),
    render: (template, variables) => {
      const { expression, source, lines } = parseTemplate(template)
      if (expression === undefined) throw new FunctionStop('found a template that does not parse')
      // A template sees its variables and nothing of the module.
      const module = {
        budget,
        prefix: scope.module.prefix,
        readFile,
        resolve: ({ root }: { readonly root: string }) => ({
          value: refused(`found no variable ${root} of the template`),
          taken: 0,
        }),
      }
      const positionOf = ({ start, end }: Span) => ({
        file: 'template',
        startLine: lines.lineOf(start),
        endLine: lines.lineOf(end),
      })
      let inner: Scope = { file: { source, positionOf }, module }
      for (const [name, value] of variables) inner = bind(inner, name, value)
      const { at: _inTemplate, ...value } = evaluate(expression, inner)
      return value
    },
  }
}

/** The first that Terraform does not refuse; one that is not known may be refused later. */
function tryAll(args: readonly Expression[], scope: Scope, evaluate: Evaluate): Value {
  for (const arg of args) {
    const value = evaluate(arg, scope)
    if (!(value.kind === 'unknown' && value.isError === true)) return value
  }
  return refused('found nothing that could be evaluated, expected one')
}

function canAll(args: readonly Expression[], scope: Scope, evaluate: Evaluate): Value {
  const [first] = args
  if (first === undefined || args.length > 1) return refused('found no argument of can(), expected one')
  const value = evaluate(first, scope)
  if (value.kind !== 'unknown') return bool(true)
  return value.isError === true ? bool(false) : unknown(shortened(`can(${value.identity})`), value.why)
}
