/** A thread of the verifier: it is told which part, derives it, and answers what came of it. */
import { parentPort, workerData } from 'node:worker_threads'
import type { SourcePlace } from './log-source.ts'
import { openSource } from './open-source.ts'
import { runUnit } from './unit-outcome.ts'

// `UnitPool` gives exactly this.
const { place, size } = workerData as { readonly place: SourcePlace; readonly size: number }
const source = openSource(place)
parentPort?.on('message', (unit: number) => {
  // A fault of ours ends the thread, and the pool with it.
  void runUnit(source, unit, size).then((outcome) => parentPort?.postMessage(outcome))
})
