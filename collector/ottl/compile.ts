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
 * @throws StatementError the first fault
 */
export function compileStatements(texts: StatementTexts, known: readonly ContextName[]): CompiledStatements {
  const { compiled, faults } = readStatements(texts, known)
  if (faults[0] !== undefined) throw faults[0]
  return compiled
}

/** Lists what is wrong with a group, text by text; empty where it can be compiled. */
export function statementFaults(
  texts: StatementTexts,
  known: readonly ContextName[],
): readonly StatementError[] {
  return readStatements(texts, known).faults
}

function readStatements(
  texts: StatementTexts,
  known: readonly ContextName[],
): { readonly compiled: CompiledStatements; readonly faults: readonly StatementError[] } {
  const faults: StatementError[] = []
  const eachText = <T, R>(list: readonly T[], read: (item: T) => R): R[] =>
    list.flatMap((item) => {
      const result = collected(faults, () => read(item))
      return result === undefined ? [] : [result]
    })
  const conditions = eachText(texts.conditions ?? [], (text) => ({ text, tree: parseCondition(text) }))
  const statements = eachText(texts.statements ?? [], (text) => ({ text, tree: parseStatement(text) }))
  const context = collected(faults, () => contextOfGroup(texts, known, { conditions, statements }))
  if (context === undefined)
    return { compiled: { context: known[0] ?? 'resource', conditions: [], statements: [] }, faults }
  const compiled = {
    context,
    conditions: eachText(conditions, ({ text, tree }) => new Compiler(text, context).test(tree)),
    statements: eachText(statements, ({ text, tree }) => {
      const compiler = new Compiler(text, context)
      return {
        where: tree.where === undefined ? undefined : compiler.test(tree.where),
        run: compiler.editor(tree.editor),
      }
    }),
  }
  return { compiled, faults }
}

/** Keeps a fault of a text, so that those of the others are found too. */
function collected<R>(faults: StatementError[], read: () => R): R | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
    faults.push(error)
    return undefined
  }
}

interface Trees {
  readonly conditions: readonly { readonly text: string; readonly tree: Condition }[]
  readonly statements: readonly { readonly text: string; readonly tree: Statement }[]
}

function contextOfGroup(
  { context, conditions = [], statements = [] }: StatementTexts,
  known: readonly ContextName[],
  trees: Trees,
): ContextName {
  if (context !== undefined) {
    if (known.includes(context)) return context
    throw new StatementError(
      conditions[0] ?? statements[0] ?? '',
      0,
      `found the context ${context}, expected one of ${known.join(', ')}`,
    )
  }
  const prefixes = new Prefixes()
  for (const { text, tree } of trees.conditions) prefixes.ofCondition(text, tree)
  for (const { text, tree } of trees.statements) prefixes.ofStatement(text, tree)
  return prefixes.deepest(known)
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
