/**
 * Work in bounds whatever comes: counted as characters that reach a detector, as HMACs, and as forms of the patterns;
 * never as time.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import ts from 'typescript'
import { attributes } from '../../contracts/attributes.ts'
import { createFence } from '../../privacy/fence.ts'
import { places, type TextPlace } from '../../privacy/place.ts'
import { openRoster } from '../../privacy/roster.ts'

const mebibyte = 2 ** 20
/** Pieces of known attacks on regular expressions, and of what the scrubbers cut at. */
const pieces = [
  'a',
  'A',
  '1',
  '1-',
  '1_',
  '12-',
  '@a.',
  'a@',
  'a.',
  '-',
  '_',
  ' ',
  '%41',
  '%2541',
  '%',
  '+1',
  '(1',
  '::',
  "'",
  '"',
  '`',
  '$$',
  '$a$',
  '/*',
  '--',
  '(',
  '{',
  '[',
  '\\',
  '/',
  'at (',
  ' at f (x.ts:1:2)\n',
  'eyJ',
  'Bearer ',
  'aA1',
  'QUFB',
  '6161',
  '-----BEGIN ',
  'a\u0301',
  'Ａ',
  '\u200b',
  '\ud800',
  '𝟏',
  'SELECT ',
  ':a',
  '?a=1&',
  '.js:1:1',
]
const keys = Object.keys(attributes)
const texts = places.filter((place): place is TextPlace => !place.endsWith('.attribute'))

describe('the fence on a mebibyte', () => {
  it('shows a detector at most sixteen kibibytes of it under any key, and a kibibyte at any place of a text', () => {
    let seen = 0
    const roster = { holds: (text: string) => ((seen += text.length), false) }
    const fence = createFence({ policy: { mode: 'enforce', queryKeys: ['a'] }, roster, remembered: 0 })
    for (const piece of pieces) {
      const long = piece.repeat(Math.ceil(mebibyte / piece.length))
      for (const key of keys) {
        seen = 0
        fence.attribute('span.attribute', key, long)
        expect(seen, `${key} ${piece}`).to.be.at.most(16_384)
      }
      for (const place of texts) {
        seen = 0
        fence.text(place, long)
        expect(seen, `${place} ${piece}`).to.be.at.most(1_024)
      }
    }
  })

  it('looks at what is just short enough no more than once for each character and pattern of a template', () => {
    let seen = 0
    const roster = { holds: (text: string) => ((seen += text.length), false) }
    const fence = createFence({ policy: { mode: 'enforce', queryKeys: ['a'] }, roster, remembered: 0 })
    for (const piece of pieces) {
      for (const length of [8_192, 16_384]) {
        const long = piece.repeat(Math.ceil(length / piece.length)).slice(0, length)
        for (const key of ['url.full', 'url.path', 'http.route', 'db.query.text', 'exception.stacktrace']) {
          seen = 0
          fence.attribute('span.attribute', key, long)
          expect(seen, `${key} ${piece}`).to.be.at.most(length)
        }
      }
    }
  })

  it('asks the roster about at most 64 words and their neighbours', () => {
    let asked = 0
    const roster = openRoster(new Uint8Array(128), () => {
      asked++
      return '00000000000000000000'
    })
    for (const piece of ['word ', 'Word', 'wörd-', 'w']) {
      asked = 0
      roster.holds(piece.repeat(mebibyte / 8))
      expect(asked).to.be.at.most(128)
    }
  })
})

describe('patterns of the fence', () => {
  it('repeat nothing without bound that repeats without bound itself', () => {
    const found = sources('privacy').flatMap((path) => patternsIn(path).map((pattern) => ({ path, pattern })))
    expect(found.length).to.be.at.least(50)
    expect(found.filter(({ pattern }) => isNested(pattern))).to.deep.equal([])
    for (const bad of ['/(a+)+/', '/(?:a*b?)*/', '/([a-z]+\\d)*$/', '/(?:(?:x{2,}))+/']) {
      expect(isNested(bad), bad).to.equal(true)
    }
  })
})

function sources(folder: string): string[] {
  const root = new URL('../..', import.meta.url).pathname
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, folder, name))
}

function patternsIn(path: string): string[] {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) found.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest))
  return found
}

/** Tells whether a group that holds an unbounded repetition is repeated without bound. */
function isNested(pattern: string): boolean {
  // Escapes and classes are one character each to this.
  const plain = pattern.replaceAll(/\\./g, 'x').replaceAll(/\[[^\]]*\]/g, 'x')
  const groups: boolean[] = []
  let isRepeating = false
  for (let at = 0; at < plain.length; at++) {
    const rest = plain.slice(at)
    if (plain[at] === '(') {
      groups.push(isRepeating)
      isRepeating = false
    } else if (plain[at] === ')') {
      if (isRepeating && /^\)(?:[*+]|\{\d+,\})/.test(rest)) return true
      isRepeating = (groups.pop() ?? false) || isRepeating
    } else if (/^(?:[*+]|\{\d+,\})/.test(rest)) isRepeating = true
  }
  return false
}
