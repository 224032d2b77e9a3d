/** Says in words what verifying an export gave. */
import { exportNotice } from '../../contracts/ledger-export.ts'
import type { ProducerNumbers } from '../log/sequence-gaps.ts'
import type { AbsentFacts } from './absent-facts.ts'
import type { Verdict } from './verify-export.ts'

/** Writes a verdict for people. */
export function describeVerdict(verdict: Verdict, isKeyGiven: boolean): string {
  return linesOfVerdict(verdict, isKeyGiven).map(printable).join('\n')
}

function linesOfVerdict(verdict: Verdict, isKeyGiven: boolean): string[] {
  if (!verdict.valid) {
    const { fault, firstBad, before, detail } = verdict
    const place = before === undefined ? `leaf ${firstBad}` : `leaf ${firstBad} or later, before ${before}`
    return [`NOT VERIFIED: ${fault}, first bad leaf: ${place}: ${detail}`]
  }
  const { header, size, root, checkpoints, absent, sequenceGaps, silent } = verdict
  return [
    `log ${header.origin}`,
    `${size} entries verified`,
    `checkpoint of size ${size}, root ${root}; ${checkpoints} signed checkpoints checked`,
    ...describeAbsent(absent),
    ...sequenceGaps.flatMap(describeNumbers),
    ...silent.map(
      ({ producer, hours }) =>
        `no event of ${producer}, not even a heartbeat, in the last ${hours} hours of the log: a loss since then does not show`,
    ),
    ...(header.synthetic ? ['SYNTHETIC: this export holds demo data, it is no evidence'] : []),
    ...(isKeyGiven
      ? []
      : [`the key was taken from the export itself: compare it with the one you were given: ${header.vkey}`]),
    exportNotice,
  ]
}

function describeAbsent({ count, retired, erased, certificates }: AbsentFacts): string[] {
  const unknown = count - retired - erased
  return [
    ...(retired > 0
      ? [
          `${retired} entries without facts: their period had passed, as events of retention in the log list them`,
        ]
      : []),
    ...(erased > 0
      ? [
          `${erased} entries without facts, said to be erased; the log has ${certificates} certificates of erasures, which list no entries`,
        ]
      : []),
    ...(unknown > 0
      ? [`${unknown} entries without facts, cause unknown: leaves verified, what they say is not`]
      : []),
  ]
}

/** Most gaps a line names; it says how many numbers are missing in all. */
const maxNamedGaps = 10

function describeNumbers({ producer, gaps, missing, repeated }: ProducerNumbers): string[] {
  const named = gaps
    .slice(0, maxNamedGaps)
    .map(({ from, to }) => (to - from === 1 ? `${from}` : `${from}–${to - 1}`))
  const more = gaps.length > named.length ? ' and more' : ''
  return [
    ...(missing > 0 ? [`missing events of ${producer}: ${missing}, numbers ${named.join(', ')}${more}`] : []),
    ...(repeated > 0 ? [`numbers of ${producer} that come twice: ${repeated}`] : []),
  ]
}

/** Whoever wrote the file must not steer the terminal of whoever verifies it. */
export function printable(line: string): string {
  return line.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
}
