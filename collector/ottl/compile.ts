/** Statements and conditions of a configuration, ready to be carried out. */
import { contextOf, visibleContexts, type ContextName, type Item } from './item.ts'
import { Compiler, type Test } from './compiler.ts'
import { parseCondition, parseStatement } from './parser.ts'
import { StatementError } from './statement-error.ts'
import { prefixOf } from './path.ts'
import type { Condition, Expression, Statement } from './syntax.ts'

/** A group of statements that belong together, all of one context. */
export interface StatementTexts {
  /** Absent: found from the prefixes of the paths, which all need one then. */
  readonly context?: ContextName | undefined
  readonly conditions?: readonly string[]
  readonly statements?: readonly string[]
}

export interface CompiledStatements {
  readonly context: ContextName
  readonly conditions: readonly Test[]
  readonly statements: readonly { readonly where: Test | undefined; readonly run: (item: Item) => void }[]
}

/**
 * Reads and checks a group of conditions and statements.
 *
 * @param known the contexts of the signal; the first is the group's where no path names one
 * @throws StatementError
 */
export function compileStatements(texts: StatementTexts, known: readonly ContextName[]): CompiledStatements {
  const conditions = (texts.conditions ?? []).map((text) => ({ text, tree: parseCondition(text) }))
  const statements = (texts.statements ?? []).map((text) => ({ text, tree: parseStatement(text) }))
  const prefixes = new Prefixes()
  for (const { text, tree } of conditions) prefixes.ofCondition(text, tree)
  for (const { text, tree } of statements) prefixes.ofStatement(text, tree)
  const context = texts.context ?? prefixes.deepest(known)
  return {
    context,
    conditions: conditions.map(({ text, tree }) => new Compiler(text, context).test(tree)),
    statements: statements.map(({ text, tree }) => {
      const compiler = new Compiler(text, context)
      return {
        where: tree.where === undefined ? undefined : compiler.test(tree.where),
        run: compiler.editor(tree.editor),
      }
    }),
  }
}

/** Collects the contexts that paths name. */
class Prefixes {
  readonly #found = new Set<ContextName>()
  /** The first path without one. */
  #fault: StatementError | undefined
  #text = ''

  ofStatement(text: string, { editor, where }: Statement): void {
    this.#ofValue(text, editor)
    if (where !== undefined) this.ofCondition(text, where)
  }

  ofCondition(text: string, condition: Condition): void {
    switch (condition.kind) {
      case 'or':
      case 'and':
        for (const item of condition.items) this.ofCondition(text, item)
        return
      case 'not':
        this.ofCondition(text, condition.item)
        return
      case 'truth':
        this.#ofValue(text, condition.value)
        return
      case 'compare':
        this.#ofValue(text, condition.left)
        this.#ofValue(text, condition.right)
    }
  }

  /** The one of the found contexts that sees all others; the first of the known where no path names one. */
  deepest(known: readonly ContextName[]): ContextName {
    if (this.#fault !== undefined) throw this.#fault
    for (const context of known) {
      if (
        [...this.#found].every((found) => visibleContexts[context].includes(found)) &&
        (this.#found.has(context) || this.#found.size === 0)
      )
        return context
    }
    throw new StatementError(
      this.#text,
      0,
      `found paths of ${[...this.#found].join(', ')}, expected those of ${known.join(', ')} that belong together`,
    )
  }

  #ofValue(text: string, value: Expression): void {
    this.#text = text
    switch (value.kind) {
      case 'path': {
        const prefix = prefixOf(value.parts)
        if (prefix !== undefined) this.#found.add(prefix)
        else if (contextOf(value.parts[0]?.name ?? '') === undefined) {
          this.#fault ??= new StatementError(
            text,
            value.at,
            'found a path without its context, expected it with one, as in span.name',
          )
        }
        return
      }
      case 'list':
        for (const item of value.items) this.#ofValue(text, item)
        return
      case 'map':
        for (const entry of value.entries) this.#ofValue(text, entry.value)
        return
      case 'math':
        this.#ofValue(text, value.left)
        this.#ofValue(text, value.right)
        return
      case 'call':
        for (const argument of value.arguments) this.#ofValue(text, argument.value)
        return
      case 'nil':
      case 'bool':
      case 'int':
      case 'float':
      case 'string':
      case 'bytes':
      case 'name':
    }
  }
}
