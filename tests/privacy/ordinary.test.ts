/**
 * What the fence takes from ordinary telemetry, as a rate: the examples of the semantic conventions, our own statements,
 * and identifiers as machines make them. `docs/privacy.md` states the bounds that are held here.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { attributes } from '../../contracts/attributes.ts'
import type { AttributeSpec } from '../../contracts/attributes/define.ts'
import { createDetector } from '../../privacy/detect/detector.ts'
import { createFence, type FenceValue } from '../../privacy/fence.ts'

const root = new URL('../..', import.meta.url).pathname
const fence = createFence({ policy: { mode: 'enforce', hosts: ['example.com', 'www.example.com'] } })
const detect = createDetector()
const specs = new Map<string, AttributeSpec>(Object.entries(attributes))

interface Example {
  readonly key: string
  readonly spec: AttributeSpec
  readonly value: FenceValue
}

describe('ordinary telemetry', () => {
  it('of the semantic conventions keeps 95 of 100 safe examples under the keys that are listed', () => {
    const safe = examples().filter(({ spec }) => spec.class === 'safe')
    const lost = safe.filter(
      ({ key, value }) =>
        JSON.stringify(fence.attribute('span.attribute', key, value)) !== JSON.stringify(value),
    )
    process.stdout.write(`      ${safe.length - lost.length} of ${safe.length} kept\n`)
    expect(safe.length).to.be.at.least(140)
    expect(lost.map(({ key, value }) => `${key} ${JSON.stringify(value)}`)).to.have.length.at.most(
      safe.length * 0.05,
    )
  })

  it('of the semantic conventions is never dropped where a template stands, but for stacks of other languages', () => {
    const dropped = examples().filter(
      ({ key, spec, value }) =>
        spec.class === 'template' && fence.attribute('span.attribute', key, value) === undefined,
    )
    const keys = new Set(dropped.map(({ key }) => key))
    expect([...keys].sort()).to.deep.equal(['code.stacktrace', 'db.query.summary', 'exception.stacktrace'])
  })

  it('of our own database keeps every statement that has no literal in it', () => {
    const statements = sqlFiles('audit/store').map((path) => readFileSync(path, 'utf8').trim())
    const parametrised = statements.filter(
      (text) => text.length < 4_096 && !/['0-9]|--|\/\*/.test(text.replaceAll(/\$\d+|\b[a-z_]+\d+\b/g, '')),
    )
    expect(parametrised.length).to.be.at.least(20)
    for (const text of parametrised) {
      const kept = fence.attribute('span.attribute', 'db.query.text', text)
      expect(JSON.stringify(kept).replaceAll(/\\n|\s+/g, '')).to.equal(
        JSON.stringify(text).replaceAll(/\\n|\s+/g, ''),
      )
    }
  })

  it('meets a detector in at most 6 of 1 000 identifiers that machines make, and then the one for student numbers', () => {
    const random = sequence(20_261_121)
    const hits: string[] = []
    const all = 20_000
    for (let at = 0; at < all; at++) {
      const value = makers[at % makers.length]?.(random) ?? ''
      const rule = detect(value)
      if (rule !== undefined) hits.push(`${rule} ${value}`)
    }
    process.stdout.write(`      ${hits.length} of ${all} hit\n`)
    // Seven to nine decimal digits alone are what the default pattern of student numbers says.
    expect(hits.filter((hit) => !hit.startsWith('student_number '))).to.deep.equal([])
    expect(hits.length).to.be.at.most(all * 0.006)
  })
})

/** Reads the examples that the conventions give with each key, in the types of the key. */
function examples(): Example[] {
  const folder = join(root, 'node_modules/@opentelemetry/semantic-conventions/dist')
  const found = new Map<string, Example>()
  for (const file of ['stable_attributes.d.mts', 'experimental_attributes.d.mts']) {
    const text = readFileSync(join(folder, file), 'utf8')
    for (const [, comment = '', key = ''] of text.matchAll(
      /\/\*\*((?:(?!\*\/)[^])*)\*\/\s*declare const ATTR_\w+: "([^"]+)"/g,
    )) {
      const spec = specs.get(key)
      if (spec === undefined || spec.class === 'personal' || spec.class === 'join') continue
      for (const [, written = ''] of comment.matchAll(/@example (.+)/g)) {
        found.set(`${key} ${written}`, { key, spec, value: valueOf(spec, written.trim()) })
      }
    }
  }
  return [...found.values()]
}

function valueOf(spec: AttributeSpec, written: string): FenceValue {
  if (written.startsWith('[')) return JSON.parse(written.replaceAll("'", '"')) as FenceValue
  const bare = written.replace(/^"(.*)"$/, '$1')
  if (spec.class === 'safe' && spec.value === 'number') return Number(bare)
  return spec.class === 'safe' && spec.value === 'boolean' ? bare === 'true' : bare
}

function sqlFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sql') && !name.includes('migrations'))
    .map((name) => join(root, folder, name))
}

type Random = (below: number) => number

/** Multiplicative congruential generator of Park and Miller: the same values each time. */
function sequence(seed: number): Random {
  let state = seed
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

const digits = (random: Random, length: number, alphabet = '0123456789abcdef') =>
  Array.from({ length }, () => alphabet.charAt(random(alphabet.length))).join('')
const pod = 'bcdfghjklmnpqrstvwxz2456789'

const makers: readonly ((random: Random) => string)[] = [
  (random) => `checkout-${digits(random, 10, pod)}-${digits(random, 5, pod)}`,
  (random) => `ip-10-${random(256)}-${random(256)}-${random(256)}.eu-west-1.compute.internal`,
  (random) => `${random(40)}.${random(60)}.${random(20)}`,
  (random) => `${random(200)}.0.${random(9_000)}.${random(200)}`,
  (random) => `2.${random(9)}.0-rc.${random(9)}+${digits(random, 7)}`,
  (random) => `http-nio-8080-exec-${random(200)}`,
  (random) =>
    `arn-${digits(random, 8)}-${digits(random, 4)}-4${digits(random, 3)}-a${digits(random, 3)}-${digits(random, 12)}`,
  (random) => `worker_${random(64)}_of_${random(64)}`,
  (random) => `/aws/lambda/handler-${digits(random, 8)}`,
  (random) => `node-${digits(random, 16)}`,
  (random) => `partition-${random(1_000)}-${random(1_000)}`,
  (random) =>
    `grades_2026_${String(1 + random(12)).padStart(2, '0')}_${String(1 + random(28)).padStart(2, '0')}`,
]
