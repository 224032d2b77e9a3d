/**
 * The local store against a naive JSON-lines file, in the same run and on the same spans: ingest, size, memory,
 * trace by id, search. The last line is JSON.
 */
import { appendFileSync, createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { spanJson } from '../../../collector/export/query-json.ts'
import { summarizeSpans } from '../../../collector/process/summary.ts'
import { findTrace, searchTraces } from '../../../collector/store/query.ts'
import { SignalStore } from '../../../collector/store/signal-store.ts'
import { encodeTraces } from '../../../collector/wire/traces.ts'
import { ProtobufWriter } from '../../../collector/wire/writer.ts'
import { spansOf } from '../generate.ts'

const spansPerRequest = 500
const requests = Number(process.argv[2] ?? 400)
const spans = spansPerRequest * requests
const root = mkdtempSync(join(tmpdir(), 'campanile-store-'))

async function timed<T>(
  work: () => Promise<T> | T,
): Promise<{ millis: number; cpuMillis: number; value: T }> {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const value = await work()
  const { user, system } = process.cpuUsage(cpu)
  return { millis: performance.now() - began, cpuMillis: (user + system) / 1_000, value }
}

async function segments() {
  const store = await SignalStore.open({
    directory: join(root, 'segments'),
    maxBytes: 2 ** 30,
    maxAgeMillis: 86_400_000,
    now: Date.now,
    onFault: (fault) => process.stderr.write(`${fault}\n`),
  })
  const writer = new ProtobufWriter()
  const prepared = Array.from({ length: requests }, (_, seed) => {
    const batch = spansOf(spansPerRequest, seed + 1)
    return { bytes: encodeTraces(writer, batch), summary: summarizeSpans(batch) }
  })
  const ingest = await timed(async () => {
    // Eight requests on their way at a time, as from a few exporters.
    for (let at = 0; at < prepared.length; at += 8) {
      await Promise.all(prepared.slice(at, at + 8).map(({ bytes, summary }) => store.append(bytes, summary)))
    }
  })
  const bytes = store.bytes
  const byId = await median(20, (round) => findTrace(store, traceIdOf(round), 100))
  const search = await timed(() =>
    searchTraces(store, { service: 'academics', minDuration: 39_000_000n, limit: 100 }),
  )
  await store.close()
  const reopen = await timed(() =>
    SignalStore.open({
      directory: join(root, 'segments'),
      maxBytes: 2 ** 30,
      maxAgeMillis: 86_400_000,
      now: Date.now,
      onFault: () => undefined,
    }),
  )
  return {
    ...figures(ingest, bytes),
    traceByIdMillis: byId,
    searchMillis: search.millis,
    reopenMillis: reopen.millis,
  }
}

async function jsonLines() {
  const file = join(root, 'spans.jsonl')
  const prepared = Array.from({ length: requests }, (_, seed) => spansOf(spansPerRequest, seed + 1))
  const ingest = await timed(() => {
    for (const batch of prepared) {
      const items = batch[0]?.scopes[0]?.items ?? []
      const lines = items.map((span) =>
        JSON.stringify({ traceId: span.traceId, ...spanJson({ service: 'academics', span }) }),
      )
      appendFileSync(file, `${lines.join('\n')}\n`)
    }
  })
  const byId = await median(3, async (round) => {
    for await (const line of createInterface({ input: createReadStream(file) }))
      if (line.includes(traceIdOf(round))) JSON.parse(line)
  })
  return { ...figures(ingest, statSync(file).size), traceByIdMillis: byId }
}

function figures({ millis, cpuMillis }: { millis: number; cpuMillis: number }, bytes: number) {
  return {
    spansPerSecond: Math.round((spans / millis) * 1_000),
    spansPerCpuSecond: Math.round((spans / cpuMillis) * 1_000),
    bytesPerSpan: Number((bytes / spans).toFixed(1)),
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
  }
}

async function median(rounds: number, ask: (round: number) => Promise<unknown>): Promise<number> {
  const millis: number[] = []
  for (let round = 0; round < rounds; round++) millis.push((await timed(() => ask(round))).millis)
  return Number((millis.sort((one, other) => one - other)[rounds >> 1] ?? 0).toFixed(2))
}

function traceIdOf(round: number): string {
  return spansOf(1, ((round * 37) % requests) + 1)[0]?.scopes[0]?.items[0]?.traceId ?? ''
}

try {
  const [ours, theirs] = [await segments(), await jsonLines()]
  const [value, baseline] = [ours.spansPerCpuSecond, theirs.spansPerCpuSecond]
  const figure = {
    ratio: Number((value / baseline).toFixed(2)),
    baseline,
    value,
    unit: 'spans per CPU-second',
  }
  process.stdout.write(
    `${JSON.stringify({ name: 'collector-store', ...figure, spans, segments: ours, jsonLines: theirs })}\n`,
  )
} finally {
  rmSync(root, { recursive: true })
}
