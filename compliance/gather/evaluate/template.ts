/** Templates: text with interpolations, conditions and loops (HCL specification, "Template Expressions"). */
import type { Expression, TemplatePart } from '../hcl/syntax.ts'
import { identityOf, shortened } from '../values/inspect.ts'
import { boolType, convert, nameOf, toText } from '../values/type.ts'
import { refused, sensitive, text, unknown, type Unknown, type Value } from '../values/value.ts'
import { characterLimit } from './budget.ts'
import { turnsOf } from './for.ts'
import { bind, type Scope } from './scope.ts'

type Evaluate = (expression: Expression, scope: Scope) => Value

/** Renders the parts; a text with parts that are not known keeps those that are. */
export function evaluateTemplate(parts: readonly TemplatePart[], scope: Scope, evaluate: Evaluate): Value {
  const renderer = new Renderer(parts, evaluate)
  renderer.render(0, parts.length, scope)
  return renderer.finish()
}

class Renderer {
  private readonly parts: readonly TemplatePart[]
  private readonly evaluate: Evaluate
  private readonly pieces: (string | Unknown)[] = []
  private characters = 0
  private isSecret = false
  private failed: Unknown | undefined

  constructor(parts: readonly TemplatePart[], evaluate: Evaluate) {
    this.parts = parts
    this.evaluate = evaluate
  }

  render(from: number, to: number, scope: Scope): void {
    for (let at = from; at < to && this.failed === undefined;) {
      const part = this.parts[at]
      if (part?.kind === 'text') this.addText(part.text)
      else if (part?.kind === 'interpolation') this.addValue(this.evaluate(part.expression, scope))
      else if (part?.kind === 'directive') {
        at = part.keyword === 'for' ? this.renderFor(at, scope) : this.renderIf(at, scope)
        continue
      }
      at += 1
    }
  }

  finish(): Value {
    if (this.failed !== undefined) return this.failed
    const value = this.whole()
    return this.isSecret ? sensitive(value) : value
  }

  private whole(): Value {
    const texts = this.pieces.filter((piece) => typeof piece === 'string')
    const open = this.pieces.find((piece) => typeof piece !== 'string')
    if (open === undefined) return text(texts.join(''))
    const identity = this.pieces.map((piece) =>
      typeof piece === 'string' ? JSON.stringify(piece) : piece.identity,
    )
    const value = unknown(shortened(`template(${identity.join(' ')})`), open.why)
    return { ...value, pieces: this.pieces }
  }

  private addText(piece: string): void {
    this.characters += piece.length
    if (this.characters > characterLimit) {
      const why = `has more than ${characterLimit} characters`
      this.failed = unknown(`${why} #${(cuts += 1)}`, why)
    } else this.pieces.push(piece)
  }

  private addValue(value: Value): void {
    if (value.isSensitive === true) this.isSecret = true
    const written = toText(value)
    if (written.kind === 'string') this.addText(written.value)
    else if (written.kind !== 'unknown') this.failed = refused('found null, expected a text')
    else if (written.isError === true) this.failed = written
    else this.pieces.push(written)
  }

  /** Answers where to go on. */
  private renderIf(at: number, scope: Scope): number {
    const part = this.parts[at]
    const { middle, end } = this.endOf(at)
    if (part?.kind !== 'directive' || part.expression === undefined) return end + 1
    const condition = convert(this.evaluate(part.expression, scope), boolType)
    if (condition.isSensitive === true) this.isSecret = true
    if (condition.kind === 'bool') {
      if (condition.value) this.render(at + 1, middle ?? end, scope)
      else if (middle !== undefined) this.render(middle + 1, end, scope)
    } else this.addOpen(condition)
    return end + 1
  }

  private renderFor(at: number, scope: Scope): number {
    const part = this.parts[at]
    const { end } = this.endOf(at)
    if (part?.kind !== 'directive' || part.expression === undefined) return end + 1
    const collection = this.evaluate(part.expression, scope)
    if (collection.isSensitive === true) this.isSecret = true
    const turns = turnsOf(collection)
    const rest = collection.kind === 'list' || collection.kind === 'object' ? collection.rest : undefined
    if (turns === undefined || rest !== undefined) {
      this.addOpen(rest ?? collection)
      return end + 1
    }
    const [first = '', second] = part.names ?? []
    for (const { key, value } of turns) {
      if (!scope.module.budget.spend(1)) {
        this.addOpen(unknown(`loop #${(cuts += 1)}`, 'takes too many steps to evaluate'))
        break
      }
      const inner =
        second === undefined ? bind(scope, first, value) : bind(bind(scope, first, key), second, value)
      this.render(at + 1, end, inner)
      if (this.failed !== undefined) break
    }
    return end + 1
  }

  private addOpen(value: Value): void {
    if (value.kind !== 'unknown') this.failed = refused(`found ${nameOf(value)} in a directive`)
    else if (value.isError === true) this.failed = value
    else this.pieces.push(unknown(shortened(`%{${identityOf(value)}} #${(cuts += 1)}`), value.why))
  }

  /** Finds `else` and the end that belong to a beginning; the parser has seen that they are there. */
  private endOf(from: number): { middle: number | undefined; end: number } {
    let depth = 0
    let middle: number | undefined
    for (let at = from; at < this.parts.length; at += 1) {
      const part = this.parts[at]
      if (part?.kind !== 'directive') continue
      if (part.keyword === 'if' || part.keyword === 'for') depth += 1
      else if (part.keyword === 'else' && depth === 1) middle = at
      else if (part.keyword !== 'else') depth -= 1
      if (depth === 0) return { middle, end: at }
    }
    return { middle, end: this.parts.length }
  }
}

let cuts = 0
