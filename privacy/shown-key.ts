/**
 * How a key that was taken away may be shown to a developer who looks for it. Who sends telemetry writes its keys, and a
 * key may hold a person as any value may: it is shown when it is an identifier in which nothing is found.
 */
import { attributes } from '../contracts/attributes.ts'
import type { Vocabulary } from './scrub/vocabulary.ts'

const identifier = /^[A-Za-z][A-Za-z0-9_.-]{0,63}$/
const declared: ReadonlySet<string> = new Set(Object.keys(attributes))
/** Characters that are looked at for a shape, and most signs of one. */
const maxLooked = 64
const maxSigns = 16
/** Digits from which on a key holds a number that could be somebody's. */
const manyDigits = 4
/** Letters from which on a word without capitals is long enough to tell chance from words. */
const longWord = 16
/** Bits a letter: `internationalization` has 2.9, sixteen letters by chance 3.4 at the median. */
const randomBits = 3.3

/** Answers the key, or its shape in braces: kinds of characters, each run of one kind once. */
export function shownKey(key: string, { detect, browser }: Pick<Vocabulary, 'detect' | 'browser'>): string {
  if (declared.has(key)) return key
  // Pages are written by anybody: of theirs only the declared ones are named.
  const isShown =
    browser === undefined && identifier.test(key) && !isRandom(key) && detect(spaced(key)) === undefined
  return isShown && detect(key) === undefined ? key : shapeOf(key)
}

/** Detectors and rosters see words where a program joined them. */
function spaced(key: string): string {
  return key.replaceAll(/[_.-]+/g, ' ')
}

/** Tells whether a key is no word of anybody: digits, letters and digits in turn, capitals or letters by chance. */
function isRandom(key: string): boolean {
  if ((key.match(/\d/g)?.length ?? 0) >= manyDigits) return true
  return (key.match(/[A-Za-z0-9]+/g) ?? []).some((part) => {
    const turns = part.match(/[A-Za-z]\d|\d[A-Za-z]/g)?.length ?? 0
    const humps = part.match(/[A-Z]+[a-z]*|[a-z]+/g) ?? []
    const letters = humps.reduce((sum, hump) => sum + hump.length, 0)
    const areShort = humps.length >= 4 && letters / humps.length < 2.5
    return turns > 2 || areShort || humps.some((hump) => hump.length >= longWord && bitsOf(hump) > randomBits)
  })
}

/** Shannon entropy of a letter. */
function bitsOf(word: string): number {
  const counts = new Map<string, number>()
  for (const letter of word.toLowerCase()) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  return counts.values().reduce((sum, times) => {
    const share = times / word.length
    return sum - share * Math.log2(share)
  }, 0)
}

function shapeOf(key: string): string {
  const kinds = key
    .slice(0, maxLooked)
    .replaceAll(/[^A-Za-z0-9_.:/-]+/g, '?')
    .replaceAll(/[a-z]+/g, 'a')
    .replaceAll(/[A-Z]+/g, 'A')
    .replaceAll(/\d+/g, '9')
  return `{${kinds.slice(0, maxSigns)}}`
}
