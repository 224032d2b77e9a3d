/** Damages a store at any place, and times how long its next start takes. */
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { closeSync, openSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { SignalStore, type StoreFault } from '../../../collector/store/signal-store.ts'
import { searchTraces } from '../../../collector/store/query.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { randomFrom } from '../../sdk/spool/campaign.ts'
import { spansOf } from '../generate.ts'

export interface DamageResult {
  readonly storeMiB: number
  readonly longestStartMillis: number
  /** Starts after which something was found. */
  readonly answered: number
  readonly starts: number
  readonly faults: number
}

export interface DamageOptions {
  /** Requests of 500 spans in the store. */
  readonly requests: number
  readonly starts: number
  /** Places that are damaged before each start. */
  readonly hits: number
  readonly seed: number
}

export async function damageStore({ requests, starts, hits, seed }: DamageOptions): Promise<DamageResult> {
  const directory = await mkdtemp(join(tmpdir(), 'campanile-damaged-'))
  const random = randomFrom(seed)
  const faults: StoreFault[] = []
  const open = () =>
    SignalStore.open({
      directory,
      maxBytes: 2 ** 29,
      maxAgeMillis: 86_400_000,
      now: Date.now,
      onFault: (fault) => faults.push(fault),
    })
  try {
    const filled = await open()
    const writer = new ProtobufWriter()
    for (let request = 0; request < requests; request++) {
      const batch = spansOf(500, request + 1)
      await filled.append(encodeTraces(writer, batch), summarizeSpans(batch))
    }
    await filled.close()
    const storeMiB = Number((filled.bytes / 2 ** 20).toFixed(1))
    let longestStartMillis = 0
    let answered = 0
    for (let start = 0; start < starts; start++) {
      for (let hit = 0; hit < hits; hit++) await damage(directory, random)
      const began = performance.now()
      const store = await open()
      longestStartMillis = Math.max(longestStartMillis, Math.round(performance.now() - began))
      if ((await searchTraces(store, { limit: 1 })).found.length > 0) answered++
      await store.close()
    }
    return { storeMiB, longestStartMillis, answered, starts, faults: faults.length }
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Writes up to 64 random bytes anywhere in a file, or zeros over a stretch of it. */
async function damage(directory: string, random: () => number): Promise<void> {
  const files = (await readdir(directory)).filter((name) => name.endsWith('.seg'))
  const name = files[Math.floor(random() * files.length)]
  if (name === undefined) return
  const path = join(directory, name)
  const { size } = statSync(path)
  const at = Math.floor(random() * size)
  const length = Math.min(size - at, random() < 0.8 ? 1 + Math.floor(random() * 64) : 65_536)
  const bytes = length > 64 ? Buffer.alloc(length) : Buffer.from(Array.from({ length }, () => random() * 256))
  const file = openSync(path, 'r+')
  try {
    writeSync(file, bytes, 0, length, at)
  } finally {
    closeSync(file)
  }
}
