/** How controls read what a Prometheus answered. */
import {
  attributeOf,
  childrenOf,
  knownValueOf,
  lastSegmentOf,
  type Attribute,
  type Resource,
} from '../../evidence.ts'
import type { Verdict } from '../control.ts'
import { textOf } from '../text.ts'
import type { Judge } from '../verdict.ts'

/** Makes a question: is this the answer to one of these questions, or a fact of the ledger of that name? */
export function isAnswer(...ids: readonly string[]): (resource: Resource) => boolean {
  return ({ kind, type, name }) =>
    kind === 'metrics' && (type === 'answer' || type === 'ledger') && ids.includes(name)
}

/** Reads the only value of an answer: undefined where there is no series, unknown where there are several. */
export function valueOfAnswer(answer: Resource): Attribute | undefined {
  const samples = attributeOf(answer, 'samples')
  const paths = childrenOf(answer, 'samples')
  if (paths.length > 1) {
    return { known: false, why: `has ${paths.length} series, expected one`, ...answer.position }
  }
  const [only] = paths
  if (only !== undefined) return attributeOf(answer, `${only}.value`)
  if (samples === undefined) return { known: false, why: 'was not asked', ...answer.position }
  return samples.known ? undefined : samples
}

export interface AnswerRule {
  readonly accepts: (value: number, labels: Readonly<Record<string, string>>) => boolean
  /** What a value says, for people. */
  readonly says: (value: number, labels: Readonly<Record<string, string>>) => string
}

/** Judges every sample of an answer; no sample says that nobody counts it, which proves nothing. */
export function judgeAnswer(
  judge: Judge,
  answer: Resource,
  { accepts, says }: AnswerRule,
): readonly Verdict[] {
  const samples = attributeOf(answer, 'samples')
  const paths = childrenOf(answer, 'samples').filter((path) => !path.endsWith('*'))
  if (samples === undefined || paths.length === 0) {
    return [judge.unknown(samples?.known === false ? samples.why : 'nobody counts it')]
  }
  return paths.map((path, index) => {
    const value = knownValueOf(answer, `${path}.value`)
    const labels = Object.fromEntries(
      childrenOf(answer, `${path}.labels`).map((each) => [
        lastSegmentOf(each),
        textOf(knownValueOf(answer, each)),
      ]),
    )
    const part = `sample ${Object.values(labels).join(' ') || String(index)}`
    if (typeof value !== 'number' || !Number.isFinite(value))
      return { ...judge.unknown('the number is not known'), part }
    const said = says(value, labels)
    return { ...(accepts(value, labels) ? judge.pass(said) : judge.fail(said)), part }
  })
}
