/** What every generated rule keeps, proved before anything is written. */
import type { SyntaxNode } from '@lezer/common'
import { alerts } from '../../contracts/alerts.ts'
import { recordedSeries } from '../../contracts/recorded-series.ts'
import { isAlert, type AlertingRule, type RecordingRule, type Rule, type RuleFile } from '../model.ts'
import { scrapeSeconds, timing } from '../promql/timing.ts'
import { lintBurnFactors } from './burn-factors.ts'
import type { LintFault } from './lint-fault.ts'
import { shapeOf, type Shape } from './shape.ts'
import { childrenOf, descendants, parseExpression, syntaxErrorAt, type Expression } from './syntax.ts'

export interface LintReport {
  readonly faults: readonly LintFault[]
  /** What was looked at: a lint that sees nothing finds nothing. */
  readonly rules: number
  readonly selectors: number
}

/** Writes a fault on one line. */
export function describeLintFault({ file, rule, expected }: LintFault): string {
  return `${file} ${rule}: expected ${expected}`
}

/** Labels an alert may have besides those of its kind: never a person, a path, a title. */
const alertLabels: ReadonlySet<string> = new Set(['tenant', 'service', 'slo'])

/** Checks every rule of every file. */
export function lintRules(files: readonly RuleFile[], timeScale = 1): LintReport {
  const faults: LintFault[] = []
  let selectors = 0
  let rules = 0
  const scrape = timing(timeScale).wait(scrapeSeconds)
  for (const file of files) {
    for (const rule of file.groups.flatMap((group) => group.rules)) {
      rules += 1
      const fault = (expected: string) => faults.push({ file: file.name, rule: nameOf(rule), expected })
      lintRule(rule, { scrapeSeconds: scrape, fault, onSelector: () => (selectors += 1) })
    }
    faults.push(...lintBurnFactors(file))
  }
  return { faults: [...faults, ...duplicates(files)], rules, selectors }
}

interface Looking {
  readonly scrapeSeconds: number
  readonly fault: (expected: string) => void
  readonly onSelector: () => void
}

function nameOf(rule: Rule): string {
  return isAlert(rule) ? rule.alert : rule.record
}

function lintRule(rule: Rule, looking: Looking): void {
  const expression = parseExpression(rule.expr)
  const errorAt = syntaxErrorAt(expression)
  if (errorAt !== undefined) {
    looking.fault(`PromQL, found an error at ${errorAt}: ${rule.expr.slice(errorAt, errorAt + 40)}`)
    return
  }
  const shape = shapeOf(expression.tree.topNode, { ...looking, expression })
  if (isAlert(rule)) lintAlert(rule, { expression, shape, ...looking })
  else lintRecording(rule, shape, looking)
}

function lintRecording({ record, labels }: RecordingRule, shape: Shape, { fault }: Looking): void {
  const found = new Set([...(shape.kind === 'vector' ? shape.maybe : []), ...Object.keys(labels)])
  const declared: readonly string[] = recordedSeries[record].labels
  const differing = [...found].filter((label) => !declared.includes(label))
  const missing = declared.filter((label) => !found.has(label))
  if (shape.kind === 'scalar') fault('series, found a number')
  if (differing.length > 0 || missing.length > 0) {
    fault(`the labels ${declared.join(', ')}, found ${[...found].join(', ')}`)
  }
}

interface LookingAtAlert extends Looking {
  readonly expression: Expression
  readonly shape: Shape
}

function lintAlert(rule: AlertingRule, looking: LookingAtAlert): void {
  const { expression, shape, fault, scrapeSeconds: scrape } = looking
  if (shape.kind === 'scalar') fault('series, found a number')
  const own = shape.kind === 'vector' ? shape : { always: new Set<string>(), maybe: new Set<string>() }
  for (const label of own.maybe) if (!alertLabels.has(label)) fault(`no label ${label} on an alert`)
  for (const label of shownLabels(rule)) {
    if (!own.always.has(label) && !(label in rule.labels)) fault(`the label ${label}, which its words show`)
  }
  lintCatalogued(rule, fault)
  if (rule.expr !== 'vector(1)' && !hasThreshold(expression)) fault('a threshold')
  const isAbsence = descendants(expression.tree.topNode, 'Absent').length > 0
  if (isAbsence && rule.forSeconds < 2 * scrape)
    fault(`for of two scrapes with absent, found ${rule.forSeconds} s`)
}

function lintCatalogued(rule: AlertingRule, fault: Looking['fault']): void {
  const { severity, area } = alerts[rule.alert]
  // An objective about latency is one, though its alert is catalogued under the name both kinds share.
  const areas: readonly string[] = rule.labels['slo'] === undefined ? [area] : [area, 'latency']
  if (rule.labels['severity'] !== severity || !areas.includes(rule.labels['area'] ?? '')) {
    fault(`severity ${severity} and area ${area}, as catalogued`)
  }
  for (const key of ['summary', 'description', 'runbook_url', 'dashboard_url', 'traces_url']) {
    if ((rule.annotations[key] ?? '') === '') fault(`the annotation ${key}`)
  }
}

function shownLabels({ annotations }: AlertingRule): Set<string> {
  const shown = Object.values(annotations).flatMap((text) => [...text.matchAll(/\$labels\.([a-z_]+)/g)])
  return new Set(shown.map(([, label]) => label ?? ''))
}

const comparisons: ReadonlySet<string> = new Set(['Gtr', 'Gte', 'Lss', 'Lte', 'Eql', 'Neq'])

/** Looks for a comparison other than the guard of a division. */
function hasThreshold({ tree }: Expression): boolean {
  return descendants(tree.topNode, 'BinaryExpr').some((node) => {
    const [, operator] = childrenOf(node)
    return operator !== undefined && comparisons.has(operator.name) && !isDivisor(node)
  })
}

/** Tells `b > 0` in `a / (b > 0)`. */
function isDivisor({ parent }: SyntaxNode): boolean {
  const division = parent?.parent
  if (parent === null || division === null || division === undefined) return false
  const [, operator, divisor] = childrenOf(division)
  return operator?.name === 'Div' && divisor?.from === parent.from
}

/** Finds rules that would write the same series, or alerts that could not be told apart. */
function duplicates(files: readonly RuleFile[]): LintFault[] {
  const seen = new Set<string>()
  return files.flatMap(({ name: file, groups }) =>
    groups
      .flatMap(({ rules }) => rules)
      .flatMap((rule) => {
        const key = JSON.stringify([nameOf(rule), rule.labels])
        if (!seen.has(key)) {
          seen.add(key)
          return []
        }
        return [{ file, rule: nameOf(rule), expected: 'one rule of this name and labels' }]
      }),
  )
}
