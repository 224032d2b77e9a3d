/** Precision and recall of what was said about labelled resources. Pure. */
import type { VerdictStatus } from '../../../compliance/controls/control.ts'
import { rightOf, uncounted, type Adjudication, type Label, type Relation } from './labels.ts'

/** What our controls say of a labelled resource. */
export interface Answer {
  readonly label: Label
  readonly status: VerdictStatus
  /** The same of the whole item, where the label is about a part of it. */
  readonly whole?: VerdictStatus
  /** Why, in short. */
  readonly found: string
}

/** What is found for an item that has no control. */
export const noControl = 'no control decides it'

export interface Figures {
  readonly labels: number
  /** Of what fails here, the share that fails by the label; 1 where nothing fails. */
  readonly precision: number
  /** Of what fails by the label, the share that fails here; an unknown is a miss. */
  readonly recall: number
  /** Share that is unknown. */
  readonly unknown: number
}

/** What is known of labels beside what was written. */
export interface Corrections {
  readonly adjudications: readonly Adjudication[]
  readonly relations: readonly Relation[]
}

/** Counts answers: raw, of whole items against what was written; with `corrections` what is compared, against what is right. */
export function tally(answers: readonly Answer[], corrections?: Corrections): Figures {
  const rows =
    corrections === undefined
      ? answers.map(({ label, status, whole }) => ({ right: label.says, status: whole ?? status }))
      : answers
          .filter((each) => isCounted(each, corrections))
          .map(({ label, status }) => ({ right: rightOf(label, corrections.adjudications), status }))
  const count = (right: string, isFail: boolean) =>
    rows.filter((row) => row.right === right && (row.status === 'fail') === isFail).length
  const [hits, wrong, misses] = [count('fail', true), count('pass', true), count('fail', false)]
  const unknown = rows.filter(({ status }) => status === 'unknown').length
  return {
    labels: rows.length,
    precision: ratio(hits, hits + wrong),
    recall: ratio(hits, hits + misses),
    unknown: rows.length === 0 ? 0 : unknown / rows.length,
  }
}

function isCounted({ label }: Answer, { adjudications, relations }: Corrections): boolean {
  return uncounted(label, adjudications, relations) === undefined
}

/** Tells whether an answer agrees with what is right. */
export function isRight({ label, status }: Answer, { adjudications }: Corrections): boolean {
  return rightOf(label, adjudications) === 'fail'
    ? status === 'fail'
    : status !== 'fail' && status !== 'unknown'
}

/** Lists, per item, raw and adjudicated figures; then what is not right. */
export function describe(answers: readonly Answer[], corrections: Corrections): string[] {
  const byItem = Map.groupBy(answers, ({ label }) => label.items.join(' '))
  const rows = [...byItem].sort(([left], [right]) => (left < right ? -1 : 1))
  const wrong = answers.filter((answer) => isCounted(answer, corrections) && !isRight(answer, corrections))
  return [
    'item      labels  precision raw/adjudicated  recall raw/adjudicated  unknown',
    ...[...rows, ['all', answers] as const].map(([item, each]) => {
      const [raw, right] = [tally(each), tally(each, corrections)]
      const pair = (name: 'precision' | 'recall') => `${raw[name].toFixed(3)} / ${right[name].toFixed(3)}`
      return `${item.padEnd(9)} ${String(raw.labels).padStart(5)}  ${pair('precision').padStart(25)}  ${pair('recall').padStart(22)}  ${raw.unknown.toFixed(3)}`
    }),
    ...wrong.filter(({ found }) => found !== noControl).map((answer) => complaint(answer, corrections)),
    ...[...Map.groupBy(answers, ({ label }) => label.items.join(' '))]
      .filter(([, each]) => each.every(({ found }) => found === noControl))
      .map(([item, each]) => `${noControl}: ${item}, ${each.length} labels`),
  ]
}

function complaint({ label, status, found }: Answer, { adjudications }: Corrections): string {
  const { peer, items, dirs, resource } = label
  const right = rightOf(label, adjudications)
  return `not right: ${peer} ${items.join(' ')} ${dirs.join(' ')} ${resource} is ${right}, found ${status}: ${found}`
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
