/**
 * What every machine-readable report says of a posture, in one list: each finding under its own id, and each item that
 * has none under the id of the item.
 */
import type { Posture, PostureFinding, PostureItem, PostureWaiver } from '../../contracts/posture.ts'
import { inReadingOrder } from './words.ts'

export interface Result {
  /** Stable over runs: that of the finding, or of the item where no resource decides it. */
  readonly id: string
  readonly state: PostureItem['state']
  readonly item: PostureItem
  readonly finding?: PostureFinding
  readonly waiver?: PostureWaiver
}

/** Lists results, what is open first and the worst first; order follows from the posture alone. */
export function resultsOf(posture: Posture): Result[] {
  return inReadingOrder(posture.items).flatMap((item): Result[] => {
    if (item.findings.length === 0) return [{ id: item.id, state: item.state, item }]
    return item.findings.map((finding) => {
      const waiver = finding.waived === true ? waiverOf(posture, finding) : undefined
      return {
        id: finding.id,
        state: finding.waived === true ? 'waived' : finding.status,
        item,
        finding,
        ...(waiver === undefined ? {} : { waiver }),
      }
    })
  })
}

/** Lists results with what passes and what does not apply, where the posture names it, behind what is open of an item. */
export function allResultsOf(posture: Posture): Result[] {
  const byItem = Map.groupBy(resultsOf(posture), ({ item }) => item)
  return [...byItem].flatMap(([item, results]) => [...results, ...settledResultsOf(item)])
}

function settledResultsOf(item: PostureItem): Result[] {
  return (item.settled ?? []).map(({ id, status, resource, file, line = 1, found }) => ({
    id,
    state: status,
    item,
    finding: {
      id,
      control: item.id,
      status,
      severity: item.severity,
      resource,
      ...(file === undefined ? {} : { location: { file, startLine: line, endLine: line } }),
      ...(found === undefined ? {} : { found }),
      // What was expected of it is what the item asks for.
      expected: item.title,
    },
  }))
}

function waiverOf({ waivers }: Posture, { control, resource }: PostureFinding): PostureWaiver | undefined {
  return waivers.find(
    (waiver) =>
      waiver.state === 'active' &&
      waiver.control === control &&
      (waiver.resource === undefined ||
        waiver.resource === resource ||
        resource.startsWith(`${waiver.resource} (`)),
  )
}

/** True for what fails or cannot be decided, and nobody answers for. */
export function isOpen({ state }: Pick<Result, 'state'>): boolean {
  return state === 'fail' || state === 'unknown'
}

/** Says a result in one sentence. */
export function sentenceOf({ item, finding, state }: Result): string {
  if (finding === undefined) return item.why ?? `${item.title}: ${stateWords[state]}`
  const { found = 'nothing', resource, status, expected } = finding
  return `${resource}: ${status === 'unknown' ? 'cannot be decided, ' : ''}found ${found}; expected ${expected}`
}

const stateWords: Readonly<Record<PostureItem['state'], string>> = {
  fail: 'fails',
  unknown: 'cannot be decided',
  pass: 'passes',
  waived: 'fails and is waived',
  'not-applicable': 'does not apply',
}

/** Names a resource among all of a scan: an address is unique inside its file alone. */
export function placedName({ location, resource }: PostureFinding): string {
  return location === undefined ? resource : `${location.file}#${resource}`
}

/** True for a place in a file; a live source stands nowhere. */
export function isFile(file: string): boolean {
  return !/^[a-z][a-z\d+.-]{1,30}:/i.test(file)
}
