/**
 * Names of this campus, as a Bloom filter of keyed HMACs: it tells whether a text holds one, and holds none itself. A text
 * is asked about word by word and by neighbouring words, in small letters and without accents.
 */
import { attributes } from '../contracts/attributes.ts'
import { browserWords } from '../contracts/attributes/browser-words.ts'
import * as words from '../contracts/attributes/words.ts'
import { logEvents } from '../contracts/log-events.ts'
import { metrics } from '../contracts/metrics.ts'
import { pathWords } from '../contracts/path-words.ts'
import { services } from '../contracts/services.ts'
import { spanNames } from '../contracts/span-names.ts'

export interface Roster {
  /** Tells whether a name of the roster stands in a text, or may stand: one of too many words is not looked through. */
  readonly holds: (text: string) => boolean
}

/** Keyed HMAC of a text as hexadecimal digits, 16 at least. */
export type RosterHmac = (text: string) => string

/** Texts that are taken for names though they are none: one in a million (Bloom 1970; bits and hashes follow). */
const falsePositives = 1e-6
const bitsPerEntry = -Math.log(falsePositives) / Math.LN2 ** 2
export const hashes = Math.round(bitsPerEntry * Math.LN2)
/** Shorter words are words of programs too often, and names too seldom. */
const shortestAlone = 4
/** Words of a text that are asked about; no name of a program has more. */
const maxWords = 64

/** Letters that have no accent to lose, as they are written where they cannot be typed. */
const spelled: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
}

/** Cuts a text into words: at everything that is no letter, and where a capital begins one. */
export function nameWords(text: string): string[] {
  const found = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => spelled[letter] ?? letter)
    .match(/\p{L}+/gu)
  return found ?? []
}

const digraphs: Readonly<Record<string, string>> = { ä: 'ae', ö: 'oe', ü: 'ue', å: 'aa', ø: 'oe' }
/** Most parts that are taken for one surname together. */
const maxSurnameParts = 6

let known: ReadonlySet<string> | undefined

/** Words of the contracts: a surname that is one of them counts only beside another part of its name. */
function ordinaryWords(): ReadonlySet<string> {
  known ??= new Set(
    [
      ...Object.keys(attributes),
      ...Object.keys(metrics),
      ...logEvents,
      ...pathWords,
      ...services,
      ...spanNames,
      ...browserWords,
      ...words.environments,
      ...words.operations,
      ...words.runtimes,
      ...words.systems,
      ...words.browsers,
      ...words.versionWords,
    ].flatMap(nameWords),
  )
  return known
}

/**
 * Lists what is remembered of a name: its parts, neighbours in both orders, and how accounts are made of them; as it is
 * cut and with its apostrophes, hyphens and inner capitals closed up, with bare vowels and with what they are spelled as.
 */
export function rosterEntries(name: string): string[] {
  const entries = new Set<string>()
  for (const spelling of [name, spelledOut(name)]) {
    for (const parts of [nameWords(spelling), nameWords(closedUp(spelling))]) addForms(parts, entries)
  }
  return [...entries]
}

/** Writes the accented vowels of German and the Nordic languages as they are where they cannot be typed. */
function spelledOut(name: string): string {
  return name.normalize('NFC').replaceAll(/[äöüåø]/giu, (vowel) => digraphs[vowel.toLowerCase()] ?? vowel)
}

/** Closes a name up at its signs and capitals, as accounts have it: `O'Neil-McKay` is `oneilmckay`. */
function closedUp(name: string): string {
  return name.toLowerCase().replaceAll(/(?<=\p{L})['’ʼ`-](?=\p{L})/gu, '')
}

function addForms(parts: readonly string[], entries: Set<string>): void {
  for (const [at, part] of parts.entries()) {
    if (isTelling(part)) entries.add(part)
    const next = parts[at + 1]
    if (next !== undefined) entries.add(`${part} ${next}`).add(`${next} ${part}`)
  }
  const first = parts[0] ?? ''
  // Every end of the name may be the surname: `de la Cruz` is one, and so is `Cruz`.
  for (let size = 1; size < Math.min(parts.length, maxSurnameParts + 1); size++) {
    const surname = parts.slice(-size).join('')
    entries.add(`${first} ${surname}`).add(`${surname} ${first}`)
    const accounts = [first + surname, surname + first, first.charAt(0) + surname, surname + first.charAt(0)]
    for (const account of [surname, ...accounts]) if (isTelling(account)) entries.add(account)
  }
}

function isTelling(word: string): boolean {
  // Names of many scripts are two letters long.
  const isLatin = word.charCodeAt(0) < 0x370
  return (!isLatin || word.length >= shortestAlone) && !ordinaryWords().has(word)
}

/** Bits of a filter for a number of entries, in whole bytes. */
export function bytesFor(entries: number): number {
  return Math.max(128, Math.ceil((entries * bitsPerEntry) / 8))
}

/** Adds an entry to the bits of a filter. */
export function addEntry(bits: Uint8Array, digest: string): void {
  for (const place of placesOf(bits, digest))
    bits[place >>> 3] = (bits[place >>> 3] ?? 0) | (1 << (place & 7))
}

/** Opens a roster over the bits of a filter, which it does not copy. */
export function openRoster(bits: Uint8Array, hmac: RosterHmac): Roster {
  const has = (entry: string) =>
    placesOf(bits, hmac(entry)).every((place) => ((bits[place >>> 3] ?? 0) & (1 << (place & 7))) !== 0)
  return {
    holds: (text) => {
      const found = nameWords(text)
      if (found.length > maxWords) return true
      return found.some((word, at) => {
        const next = found[at + 1]
        return (isTelling(word) && has(word)) || (next !== undefined && has(`${word} ${next}`))
      })
    },
  }
}

/** Places of the bits of an entry, by two halves of its digest (Kirsch and Mitzenmacher 2006). */
function placesOf(bits: Uint8Array, digest: string): number[] {
  const [start, step] = [parseInt(digest.slice(0, 8), 16), parseInt(digest.slice(8, 16), 16)]
  const size = bits.length * 8
  return Array.from({ length: hashes }, (_, at) => (start + at * (step + at)) % size)
}
