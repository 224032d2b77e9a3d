/**
 * What one attribute costs: the fence on a mix like that of a traced request, against the usual way of one
 * regular expression for each detector over every value. Interleaved rounds, the median of each; the last line
 * is JSON. `first` is a value never seen before, `seen` one that the fence remembers.
 */
import { createFence } from '../../privacy/fence.ts'

const rounds = 15
const passes = 4_000

const mix: readonly (readonly [string, string | number])[] = [
  ['http.request.method', 'GET'],
  ['http.response.status_code', 200],
  ['http.route', '/students/:id/transcript'],
  ['url.path', '/students/8f14e45f-ceea-467f-ab1c-2b1a7d0d2c11/transcript'],
  ['url.scheme', 'http'],
  ['server.address', '127.0.0.1'],
  ['server.port', 8003],
  ['user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0'],
  ['campus.tenant', 'university_a'],
  ['campus.role', 'faculty'],
  ['db.system.name', 'postgresql'],
  ['db.query.text', 'SELECT id, title, credits FROM academics.course WHERE tenant = $1 AND id = ANY($2)'],
  ['service.name', 'academics'],
  ['student.name', 'Ada Lovelace'],
]

const naive: readonly RegExp[] = [
  /\b\d{3}-\d{2}-\d{4}\b/,
  /[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}/,
  /(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}/,
  /\b[A-Z]?\d{7,9}\b/,
  /\b(?:\d[ -]*?){13,16}\b/,
  /eyJ[\w-]+\.[\w-]+\.[\w-]+/,
  /bearer\s+\S+/i,
]

const remembering = createFence({ policy: { mode: 'enforce' } })
const forgetting = createFence({ policy: { mode: 'enforce' }, remembered: 0 })

const contenders = {
  seen: (key: string, value: string | number) =>
    remembering.attribute('span.attribute', key, value) !== undefined,
  first: (key: string, value: string | number) =>
    forgetting.attribute('span.attribute', key, value) !== undefined,
  naive: (_key: string, value: string | number) => !naive.some((pattern) => pattern.test(String(value))),
}
type Contender = keyof typeof contenders

/** Nanoseconds an attribute takes, over the whole mix. */
function measure(name: Contender): number {
  const judge = contenders[name]
  let kept = 0
  const from = process.hrtime.bigint()
  for (let pass = 0; pass < passes; pass++) for (const [key, value] of mix) if (judge(key, value)) kept++
  const nanos = Number(process.hrtime.bigint() - from)
  if (kept === 0) throw new Error('every attribute was refused, so nothing was measured')
  return nanos / passes / mix.length
}

const names = Object.keys(contenders) as Contender[]
const figures: Record<Contender, number[]> = { seen: [], first: [], naive: [] }
for (let round = -2; round < rounds; round++) {
  for (const name of names) {
    const nanos = measure(name)
    if (round >= 0) figures[name].push(nanos)
  }
}
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
const [seen, first, baseline] = names.map((name) => Math.round(median(figures[name]) * 10) / 10)
for (const name of names)
  console.log(`${name.padEnd(6)} ${median(figures[name]).toFixed(1)} ns per attribute`)
console.log(
  JSON.stringify({
    name: 'privacy',
    ratio: Math.round(((seen ?? 0) / (baseline ?? 1)) * 100) / 100,
    baseline,
    value: seen,
    unit: 'nanoseconds per attribute',
    first,
  }),
)
