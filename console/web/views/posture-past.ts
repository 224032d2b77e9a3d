/** The scans of the past: what came of each, by how much the lower end moved, and how much changed. */
import type { PastScan } from '../../../contracts/scan-history.ts'
import type { Known } from '../../sources/shapes.ts'
import { h, numbers, table } from '../dom.ts'
import { count, figure, moment } from '../format.ts'
import { emptyState, sentence } from '../problem.ts'
import { movedSince, noteOf } from './past-words.ts'

/** Two weeks of nights; one more is there to be compared with. */
const shown = 14

/** Draws them, newest first. */
export function pastScans(past: Known<readonly PastScan[]>): HTMLElement {
  return h('section', { class: 'card' }, h('h2', {}, 'Past scans'), content(past))
}

function content(past: Known<readonly PastScan[]>): HTMLElement {
  if (!past.known) return emptyState('No history', sentence(past.why))
  if (past.value.length === 0) return emptyState('No scan yet', 'Each scan is added when it has ended.')
  return table({
    caption: 'Past scans',
    columns: [
      { text: 'Scanned', isLong: true },
      'Points',
      numbers('Moved'),
      numbers('Items changed'),
      numbers('Failures began'),
      numbers('Ended'),
      'Note',
    ],
    rows: past.value
      .slice(0, shown)
      .map((scan, at) => [
        moment(scan.scannedAt),
        scan.low === scan.high ? figure(scan.low) : `${figure(scan.low)} to ${figure(scan.high)}`,
        movedSince(scan, past.value[at + 1]),
        counted(scan.changedItems),
        counted(scan.began),
        counted(scan.ended),
        noteOf(scan, past.value[at + 1]),
      ]),
  })
}

function counted(value: number | undefined): string {
  return value === undefined ? '–' : count(value)
}
