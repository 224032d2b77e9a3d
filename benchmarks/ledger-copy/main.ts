/**
 * What it costs that a batch can be verified, against binary COPY of the rows of the same events with a commit for each
 * batch: the ratio is the time of leaves, hashes and tree over that of COPY. `npm run bench -- ledger-copy 2000` sets
 * the events of a batch; 200 by default.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

interface Measured {
  readonly rows: number
  readonly copyMillis: number
  readonly sequenceMillis: number
  readonly appendMillis: number
}

const [rows = '200'] = process.argv.slice(2)
// Benchmarks import no room: what is measured runs in a process of its own.
const fixture = join(import.meta.dirname, '../../tests/audit/fixtures/copy-beside.ts')
const host = spawn(process.execPath, [fixture, rows], { stdio: ['ignore', 'pipe', 'inherit'] })
const [line] = (await once(createInterface(host.stdout), 'line')) as [string]
const measured = JSON.parse(line) as Measured
const { copyMillis, sequenceMillis, appendMillis } = measured
console.log(
  `${rows} events: COPY ${copyMillis} ms, what makes them verifiable ${sequenceMillis} ms, the whole durable append ${appendMillis} ms`,
)
console.log(
  JSON.stringify({
    name: 'ledger-copy',
    ratio: Number((sequenceMillis / copyMillis).toFixed(2)),
    baseline: copyMillis,
    value: sequenceMillis,
    unit: `ms for a batch of ${rows}`,
    appendMillis,
  }),
)
