/** The outcome of a gate for a terminal: what is new first. */
import { paint, type Line } from './terminal.ts'
import type { Compared } from './gate.ts'
import type { Result } from './results.ts'
import { countOf, placeOf } from './words.ts'

export interface GateConsoleOptions {
  readonly isColoured?: boolean
  /** True for what is new alone. */
  readonly isQuiet?: boolean
}

/** Most lines of each kind that does not fail the build. */
const shown = 50

/** Writes the outcome as text. */
export function writeGate(
  compared: Compared,
  { isColoured = false, isQuiet = false }: GateConsoleOptions,
): string {
  const { fresh, below, known, gone, unread, isSameRuleset } = compared
  const lines: Line[] = [
    fresh.length === 0
      ? { text: 'Nothing new is open at this level.', style: 'good' }
      : { text: `${countOf(fresh.length, 'new finding')}:`, style: 'bad' },
    ...fresh.flatMap(freshLines),
    ...unread.map((file): Line => ({ text: `not read any more: ${file}`, style: 'doubt' })),
  ]
  if (!isQuiet) {
    lines.push(
      ...(isSameRuleset
        ? []
        : [{ text: 'The rules or sources are others than those of the baseline.', style: 'doubt' as const }]),
      ...listed(`${countOf(below.length, 'new finding')} below the level`, below),
      ...listed(`${countOf(gone.length, 'finding')} of the baseline no longer open`, gone),
      { text: `${countOf(known.length, 'finding')} stood before.` },
    )
  }
  return `${lines.map((line) => paint(line, isColoured)).join('\n')}\n`
}

function freshLines(result: Result): Line[] {
  const { item, finding, state } = result
  return [
    {
      text: `  ${state.toUpperCase()}  ${item.severity}  ${lineOf(result)}  ${item.title}`,
      style: state === 'fail' ? 'bad' : 'doubt',
    },
    ...(finding === undefined
      ? [{ text: `      ${item.why ?? ''}` }]
      : [{ text: `      found: ${finding.found ?? 'nothing'}; expected: ${finding.expected}` }]),
    ...(finding?.fix === undefined ? [] : [{ text: `      to mend: ${finding.fix}` }]),
  ]
}

function listed(title: string, results: readonly Result[]): Line[] {
  if (results.length === 0) return []
  const left = results.length - shown
  return [
    { text: `${title}:`, style: 'strong' },
    ...results.slice(0, shown).map((result) => ({ text: `  ${lineOf(result)}` })),
    ...(left > 0 ? [{ text: `  and ${left} more` }] : []),
  ]
}

function lineOf({ id, item, finding }: Result): string {
  return finding === undefined ? item.id : `${id}  ${placeOf(finding)}  ${finding.resource}`
}
