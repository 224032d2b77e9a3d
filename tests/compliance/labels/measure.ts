/** The whole measurement: labels in, lines out. */
import { controls } from '../../../compliance/controls/all.ts'
import { answerAll } from './answer.ts'
import { adjudicatedLimit, readAdjudications, readLabels, readRelations, uncounted } from './labels.ts'
import { describe, tally } from './tally.ts'

/**
 * Measures the labels of a folder.
 *
 * @returns lines to print, the last one JSON, and whether no more labels were set right than may be
 * @throws ConfigError
 */
export async function measureLabels(folder: string, adjudicated: string, related: string) {
  const labels = readLabels(folder)
  const adjudications = readAdjudications(adjudicated)
  const relations = readRelations(related)
  const answers = await answerAll(folder, labels, { controls, relations })
  const changed = labels.filter((label) =>
    adjudications.some(({ peer, resource, is }) => {
      return peer === label.peer && resource === label.resource && is !== label.says
    }),
  )
  const { precision, recall, unknown } = tally(answers, { adjudications, relations })
  const last = JSON.stringify({
    precision: rounded(precision),
    recall: rounded(recall),
    unknown: rounded(unknown),
  })
  const lines = [
    ...describe(answers, { adjudications, relations }),
    `set right: ${changed.length} of ${labels.length}`,
    ...[...Map.groupBy(labels, (label) => uncounted(label, adjudications, relations))].flatMap(
      ([why, each]) => (why === undefined ? [] : [`not counted, ${why}: ${each.length} of ${labels.length}`]),
    ),
    last,
  ]
  return { lines, isWithinLimit: changed.length <= adjudicatedLimit * labels.length }
}

/** Downwards in the fourth digit: nothing is rounded over a goal. */
function rounded(value: number): number {
  return Math.floor(value * 10_000 + 1e-9) / 10_000
}
