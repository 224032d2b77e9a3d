import { expect } from 'chai'
import fc from 'fast-check'
import { attributes } from '../../contracts/attributes.ts'
import { createFence, type FenceValue } from '../../privacy/fence.ts'
import { places, type AttributePlace, type TextPlace } from '../../privacy/place.ts'
import { findCanaries, makeCanaries } from '../support/canaries.ts'
import { propertyRuns } from '../support/property.ts'
import { testPseudonyms } from '../support/pseudonyms.ts'

const attributePlaces = places.filter((place) => place.endsWith('.attribute')) as AttributePlace[]
const textPlaces = places.filter((place) => !place.endsWith('.attribute')) as TextPlace[]
const keys = Object.keys(attributes)
const fence = createFence({
  policy: { mode: 'enforce', queryKeys: ['date'] },
  pseudonyms: testPseudonyms,
})
const off = createFence({ policy: { mode: 'off' } })

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  fc.webUrl({ withFragments: true, withQueryParameters: true }),
  fc.string({
    unit: fc.constantFrom(
      '/',
      '\\',
      ':',
      '@',
      '?',
      '#',
      '{id}',
      '%',
      '%2',
      'a',
      '[',
      ']',
      '&',
      '=',
      '*',
      ' ',
    ),
  }),
  fc
    .string({
      unit: fc.constantFrom(
        "'",
        '"',
        '`',
        '$',
        '$a$',
        '--',
        '/*',
        '*/',
        '\\',
        'E',
        'x',
        '1',
        '.5',
        ',',
        '(',
        ')',
        '?',
        ' ',
        '\n',
        ';',
        '::',
        ':a',
      ),
    })
    .map((tail) => `SELECT ${tail}`),
  fc.string({
    unit: fc.constantFrom('at ', '(', ')', ':1:2', 'x.ts', '/', '\n', 'async ', '@', 'Error', ' '),
  }),
  fc.constantFrom(...keys),
)

describe('the fence on any input', () => {
  it('answers every string under every key, never longer than its declaration, and the same when asked again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...keys), hostile, (key, value) => {
        const once = fence.attribute('span.attribute', key, value)
        if (once === undefined) return
        expect(once).to.be.a('string').with.property('length').that.is.at.most(8_192)
        expect(fence.attribute('span.attribute', key, once)).to.equal(once)
      }),
      propertyRuns({ ci: 6_000, soak: 120_000 }),
    )
  })

  it('answers every text at every place, and the same when asked again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...textPlaces), hostile, (place, value) => {
        const once = fence.text(place, value)
        expect(once.length).to.be.at.most(1_024)
        expect(fence.text(place, once)).to.equal(once)
      }),
      propertyRuns({ ci: 4_000, soak: 80_000 }),
    )
  })

  it('answers any value as a body, and the same when asked again', () => {
    const json = fc.jsonValue({ maxDepth: 6 }) as fc.Arbitrary<FenceValue>
    fc.assert(
      fc.property(json, (value) => {
        const once = fence.body(value)
        expect(fence.body(once)).to.deep.equal(once)
      }),
      propertyRuns({ ci: 500, soak: 25_000 }),
    )
  })

  it('answers megabytes without running long or answering long', () => {
    const pieces = ["'", '(', '/*', '"', '$$', '%', '@a.', '1-', '{', '/', 'at (', ' ', 'a', '\\']
    for (const piece of pieces) {
      const long = `SELECT ${piece.repeat(400_000)}`
      for (const key of [
        'url.full',
        'db.query.text',
        'exception.stacktrace',
        'http.route',
        'service.name',
        'user_agent.original',
      ]) {
        expect(fence.attribute('span.attribute', key, long) ?? '')
          .to.have.property('length')
          .below(8_193)
        expect(fence.attribute('span.attribute', key, long.slice(0, 16_000)) ?? '')
          .to.have.property('length')
          .below(8_193)
      }
    }
  })
})

/** Ways in which a canary is written into a value that looks like its key wants it. */
const writings: readonly ((canary: string) => string)[] = [
  (canary) => canary,
  (canary) => canary.toUpperCase(),
  (canary) => canary.toLowerCase(),
  (canary) => encodeURIComponent(canary),
  (canary) => `/students/${encodeURIComponent(canary)}/transcript`,
  (canary) => `https://uni.example/students?q=${encodeURIComponent(canary)}&date=${canary}`,
  (canary) => `https://${encodeURIComponent(canary)}:pw@localhost/#${canary}`,
  (canary) => `GET /students/${canary}`,
  (canary) => `SELECT id FROM students WHERE name = '${canary}' -- ${canary}`,
  (canary) => `INSERT INTO t VALUES (E'${canary}', $q$${canary}$q$, "${canary}")`,
  (canary) => `TypeError: no student ${canary}\n    at ${canary} (/home/${canary}/x.ts:1:2)`,
  (canary) => `Mozilla/5.0 (${canary}) ${canary}/1.0`,
  (canary) => JSON.stringify({ student: { name: canary } }),
  (canary) => Buffer.from(`student=${canary}`).toString('base64'),
  (canary) => Buffer.from(canary).toString('base64'),
  (canary) => `${canary} ${canary}`,
]

describe('fifty canaries', () => {
  const canaries = makeCanaries()
  // A name written as one lower-case word is a word like any other; docs/privacy.md says so.
  it('are fifty and made the same way each time', () => {
    expect(canaries).to.have.length(50).and.deep.equal(makeCanaries())
    expect(new Set(canaries.map(({ value }) => value)).size).to.equal(50)
  })

  for (const canary of canaries) {
    it(`passes ${canary.kind} ${canaries.indexOf(canary)} under no key, in no place and in no writing`, () => {
      for (const write of writings) {
        const value = write(canary.value)
        for (const key of keys) leaks(fence.attribute('span.attribute', key, [value]), key, value)
        for (const place of textPlaces) leaks(fence.text(place, value), place, value)
        for (const place of attributePlaces)
          leaks(fence.attributes(place, { [value]: value, message: value }), place, value)
        leaks(fence.body({ [value]: value, size: value, list: [value] }), 'body', value)
        leaks(fence.body([value, [value]]), 'body', value)
        leaks(fence.body(Buffer.from(value)), 'body', value)
      }
    })
  }

  it('all pass everywhere when the policy is off, so the search itself works', () => {
    for (const canary of canaries) {
      for (const place of textPlaces)
        expect(findCanaries(off.text(place, canary.value))).to.include.deep.members([canary])
      for (const key of keys)
        expect(off.attribute('span.attribute', key, canary.value)).to.equal(canary.value)
      expect(off.body({ x: canary.value })).to.deep.equal({ x: canary.value })
    }
  })

  it('all pass unchanged and are all counted when the policy observes', () => {
    let counted = 0
    const observing = createFence({ policy: { mode: 'observe' }, count: () => counted++ })
    for (const { value } of canaries) expect(observing.text('log.body', value)).to.equal(value)
    expect(counted).to.equal(50)
  })

  function leaks(passed: FenceValue, where: string, value: string): void {
    if (passed === undefined || passed === '' || passed === '[redacted]') return
    const found = findCanaries(JSON.stringify(passed), canaries)
    expect(found, `${where} passed ${JSON.stringify(passed)} of ${value}`).to.deep.equal([])
  }
})
