/** Evaluates expressions written in tests. `x.y` of no known root stands for a value nobody knows. */
import { Budget } from '../../../../compliance/gather/evaluate/budget.ts'
import { evaluate } from '../../../../compliance/gather/evaluate/evaluate.ts'
import { stepsText } from '../../../../compliance/gather/evaluate/path.ts'
import type { ModuleNames } from '../../../../compliance/gather/evaluate/scope.ts'
import { parseHcl } from '../../../../compliance/gather/hcl/parse.ts'
import { numberText, toNumber } from '../../../../compliance/gather/values/decimal.ts'
import { unknown, type SourceText, type Value } from '../../../../compliance/gather/values/value.ts'

export interface Surroundings {
  readonly files?: Readonly<Record<string, string>>
  readonly steps?: number
}

/** Evaluates the text of one expression. */
export function evaluateText(text: string, { files = {}, steps = 200_000 }: Surroundings = {}): Value {
  const hcl = parseHcl(Buffer.from(`value = ${text}\n`))
  const [attribute] = hcl.body.attributes
  if (attribute === undefined || hcl.faults.length > 0) throw new Error(`does not parse: ${text}`)
  const file: SourceText = {
    source: hcl.source,
    positionOf: ({ start, end }) => ({
      file: 'main.tf',
      startLine: hcl.lines.lineOf(start),
      endLine: hcl.lines.lineOf(end),
    }),
  }
  const module: ModuleNames = {
    budget: new Budget(steps),
    prefix: '',
    resolve: ({ root, steps: path }) => {
      const identity = `${root}${stepsText(path)}`
      return { value: unknown(identity, `refers to ${identity}`), taken: path.length }
    },
    readFile: (path) => files[path],
  }
  return evaluate(attribute.value, { file, module })
}

/** Shows a value as plain data: what is not known as its reason, what is refused as an error, sets as `{set}`. */
export function shown(value: Value): unknown {
  switch (value.kind) {
    case 'null':
      return null
    case 'bool':
    case 'string':
      return value.value
    case 'number':
      return typeof value.value === 'number'
        ? value.value
        : (numberText(value.value) ?? toNumber(value.value))
    case 'list':
      return value.form === 'set' ? { set: value.items.map(shown) } : value.items.map(shown)
    case 'object':
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, shown(item)]))
    case 'unknown':
      return value.isError === true ? { error: true } : { unknown: true }
  }
}
