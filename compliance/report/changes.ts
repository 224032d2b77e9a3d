/** What is another way than in the scan before: a score that moved is explained by items and findings, by name. Pure. */
import type { Posture, PostureChanges, PostureFinding, PostureItem } from '../../contracts/posture.ts'
import { looksAt } from './looked.ts'
import { countOf } from './words.ts'

/** Most findings of each list. */
const listed = 200
/** Most findings told in words. */
const told = 20

type ChangedItem = PostureChanges['items'][number]
type ChangedFinding = PostureChanges['fresh'][number]

/** Compares two postures, the earlier first. */
export function changesBetween(before: Posture, now: Posture): PostureChanges {
  const earlier = new Map(before.items.map((item) => [item.id, item]))
  const uncompared = now.items
    .filter((item) => isCut(item) || isCut(earlier.get(item.id)))
    .map(({ id }) => id)
  const skipped = new Set(uncompared)
  const was = openOf(before, skipped)
  const is = openOf(now, skipped)
  const fresh = [...is].filter(([id]) => !was.has(id)).map(([, finding]) => named(finding))
  const gone = [...was]
    .filter(([id, { source }]) => !is.has(id) && looksAt(now, source))
    .map(([, finding]) => named(finding))
  const dropped = before.sources.flatMap(({ source }) => (looksAt(now, source) ? [] : [source]))
  const unreadBefore = new Set(before.faults.map(({ file }) => file))
  const unreadNow = new Set(now.faults.map(({ file }) => file))
  return {
    items: changedItems(before, now),
    fresh: fresh.slice(0, listed),
    gone: gone.slice(0, listed),
    omitted: Math.max(0, fresh.length - listed) + Math.max(0, gone.length - listed),
    uncompared,
    unread: [...unreadNow].filter((file) => !unreadBefore.has(file)),
    readAgain: [...unreadBefore].filter((file) => !unreadNow.has(file)),
    ...(dropped.length === 0 ? {} : { dropped }),
  }
}

function isCut(item: PostureItem | undefined): boolean {
  return item !== undefined && item.omitted > 0
}

function changedItems(before: Posture, now: Posture): ChangedItem[] {
  const states = ({ items }: Posture) => new Map(items.map((item) => [item.id, item]))
  const [was, is] = [states(before), states(now)]
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((id) => {
    const [old, fresh] = [was.get(id), is.get(id)]
    const [from, to] = [old?.state ?? 'outside', fresh?.state ?? 'outside'] as const
    const severity = (fresh ?? old)?.severity ?? 'low'
    return from === to ? [] : [{ id, severity, from, to }]
  })
}

function openOf({ items }: Posture, skipped: ReadonlySet<string>): Map<string, PostureFinding> {
  const open = items
    .filter(({ id }) => !skipped.has(id))
    .flatMap(({ findings }) => findings.filter(({ waived }) => waived !== true))
  return new Map(open.map((finding) => [finding.id, finding]))
}

function named({ id, control, resource, location }: PostureFinding): ChangedFinding {
  return { id, control, resource, ...(location === undefined ? {} : { file: location.file }) }
}

const worse = ['pass', 'not-applicable', 'outside', 'waived', 'unknown', 'fail']

/** Says what changed, one sentence each, what got worse first; nothing where there is nothing to compare with. */
export function changeLines({ previous, items }: Posture): string[] {
  const changes = previous?.changes
  if (changes === undefined) return []
  const { fresh, gone, unread, readAgain, uncompared, omitted, dropped = [] } = changes
  const isWorse = ({ from, to }: ChangedItem) => worse.indexOf(to) > worse.indexOf(from)
  const moved = [...changes.items].sort((left, right) => Number(isWorse(right)) - Number(isWorse(left)))
  const titles = new Map(items.map(({ id, title }) => [id, title]))
  return [
    ...moved.map((item) => itemLine(item, titles.get(item.id))),
    ...findingLines('New', fresh),
    ...findingLines('Gone', gone),
    ...unread.map((file) => `Not read any more: ${file}; its findings are not gone.`),
    ...dropped.map((source) => `Not looked at any more: ${source}; its findings are not gone.`),
    ...readAgain.map((file) => `Read again, or not there any more: ${file}.`),
    ...(omitted > 0 ? [`${countOf(omitted, 'changed finding')} more.`] : []),
    ...(uncompared.length > 0 ? [`Too many findings to compare one by one: ${uncompared.join(', ')}.`] : []),
  ]
}

function itemLine({ id, from, to }: ChangedItem, title: string | undefined): string {
  return `${id} ${title ?? ''}: ${reasonOf(from, to)} (${from} before, ${to} now).`
}

/** Says why an item is in another state, in a few words. */
export function reasonOf(from: ChangedItem['from'], to: ChangedItem['to']): string {
  if (from === 'outside') return 'measured for the first time'
  if (to === 'outside') return 'not measured any more'
  if (to === 'unknown') return 'cannot be decided any more'
  if (from === 'unknown') return 'could not be decided before'
  if (to === 'waived') return 'somebody answers for it now'
  if (from === 'waived' && to === 'fail') return 'its waiver has ended or does not cover all of it'
  if (to === 'fail') return 'it fails now'
  if (to === 'not-applicable') return 'nothing it looks at is there any more'
  return from === 'not-applicable' ? 'it applies now' : 'it was mended'
}

function findingLines(word: string, findings: readonly ChangedFinding[]): string[] {
  const shown = findings.slice(0, told)
  const left = findings.length - shown.length
  return [
    ...shown.map(
      ({ id, resource, file }) => `${word}: ${id} ${resource}${file === undefined ? '' : ` in ${file}`}.`,
    ),
    ...(left > 0 ? [`${word}: ${left} more.`] : []),
  ]
}
