/** How controls read answers of a Prometheus to the questions of `gather/metrics/questions`. */
import { attributeOf, childrenOf, knownValueOf, type Resource } from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import type { Judge } from '../verdict.ts'

/** Makes a question: is this the answer to one of these questions? */
export function isAnswer(...ids: readonly string[]): (resource: Resource) => boolean {
  return ({ kind, type, name }) => kind === 'metrics' && type === 'answer' && ids.includes(name)
}

interface AnswerRule {
  readonly accepts: (value: number) => boolean
  /** Says what a number means: `verified 12 s ago`. */
  readonly says: (value: number) => string
  /** What no series at all means; by default nobody can tell. */
  readonly empty?: (judge: Judge) => Verdict
}

/** Judges every series of an answer: one verdict each, by its labels. */
export function judgeAnswer(judge: Judge, answer: Resource, rule: AnswerRule): readonly Verdict[] {
  const samples = attributeOf(answer, 'samples')
  const paths = childrenOf(answer, 'samples').filter((path) => !path.endsWith('*'))
  if (samples === undefined || (!samples.known && paths.length === 0)) {
    return [judge.unknown(samples?.known === false ? samples.why : 'nobody asked')]
  }
  if (paths.length === 0) return [rule.empty?.(judge) ?? judge.unknown('there is no such series')]
  const verdicts = paths.map((path): Verdict => {
    const part = partOf(answer, path)
    const value = attributeOf(answer, `${path}.value`)
    if (value?.known !== true || typeof value.value !== 'number') {
      return { ...judge.unknown(value?.known === false ? value.why : 'has no number'), part }
    }
    const found = `${rule.says(value.value)}${part === '' ? '' : ` (${part})`}`
    return { ...(rule.accepts(value.value) ? judge.pass(found) : judge.fail(found)), part }
  })
  return samples.known ? verdicts : [...verdicts, judge.unknown(samples.why)]
}

function partOf(answer: Resource, path: string): string {
  const labels = knownValueOf(answer, `${path}.labels`)
  return typeof labels === 'object' && labels !== null && !Array.isArray(labels)
    ? Object.entries(labels)
        .map(([name, value]) => `${name}=${textOf(value)}`)
        .sort()
        .join(', ')
    : ''
}
