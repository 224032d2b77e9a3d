/** The languages a report can be had in. */
import { english } from './english.ts'
import type { ReportWords } from './report-words.ts'
import { spanish } from './spanish.ts'

/** ISO 639-1, the first where nobody asks for one. */
export const languages = ['en', 'es'] as const
export type Language = (typeof languages)[number]

const catalogue: Readonly<Record<Language, ReportWords>> = { en: english, es: spanish }

/** Gives the texts of a language. */
export function wordsIn(language: Language): ReportWords {
  return catalogue[language]
}

/** Narrows a word of somebody's choice to a language there is. */
export function isLanguage(word: unknown): word is Language {
  return languages.some((language) => language === word)
}
