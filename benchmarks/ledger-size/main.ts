/**
 * How fast a large log takes more entries, against how fast it did when it was empty, in the same run; and what an
 * entry takes on disk. `npm run bench -- ledger-size 10000000` fills it with that many; default a million.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

interface Measured {
  readonly entries: number
  readonly emptyPerSecond: number
  readonly fullPerSecond: number
  readonly filledPerSecond: { readonly second: number; readonly last: number }
  readonly publishSeconds: number
  readonly bytesOfEntry: Readonly<
    Record<'batch' | 'event_key' | 'side' | 'subject_entry' | 'posting' | 'tiles', number>
  >
}

const [entries = '1000000'] = process.argv.slice(2)
// Benchmarks import no room: what is measured runs in a process of its own.
const host = spawn(
  process.execPath,
  [join(import.meta.dirname, '../../tests/audit/fixtures/fill-log.ts'), entries],
  { stdio: ['ignore', 'pipe', 'inherit'] },
)
const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
const measured = JSON.parse(line) as Measured
const { batch, tiles, event_key: keys, side, subject_entry: subjects, posting } = measured.bytesOfEntry
console.log(
  `log and tiles: ${Math.round(batch + tiles)} bytes an entry (${Math.round(batch)} and ${Math.round(tiles)})`,
)
console.log(
  `ids: ${Math.round(keys)}, side store: ${Math.round(side)}, lists of subjects: ${Math.round(subjects)}, search: ${Math.round(posting)}`,
)
console.log(
  `filled with ${measured.filledPerSecond.second} entries a second at first and ${measured.filledPerSecond.last} at last`,
)
console.log(`${measured.entries} entries made into tiles and signed in ${measured.publishSeconds} s`)
console.log(
  JSON.stringify({
    name: 'ledger-size',
    ratio: Number((measured.fullPerSecond / measured.emptyPerSecond).toFixed(3)),
    baseline: measured.emptyPerSecond,
    value: measured.fullPerSecond,
    unit: 'acknowledged events/s of 64 callers',
    ...measured,
  }),
)
