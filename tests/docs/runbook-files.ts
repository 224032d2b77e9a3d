/** The runbooks as data: headings, fenced blocks by section, code spans and links, read as GitHub's markdown. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { lexer, walkTokens, type Token } from 'marked'

export const runbookFolder = join(import.meta.dirname, '../../docs/runbooks')

export interface Fence {
  readonly language: string
  readonly text: string
  /** Second-level heading it stands under. */
  readonly section: string
}

export interface Runbook {
  /** File name without `.md`. */
  readonly name: string
  readonly title: string
  /** Second-level headings in order. */
  readonly sections: readonly string[]
  /** The paragraph under the title. */
  readonly head: string
  /** Words of every section, code and links included. */
  readonly words: ReadonlyMap<string, string>
  readonly fences: readonly Fence[]
  readonly codeSpans: readonly string[]
  /** Addresses of links. */
  readonly links: readonly string[]
}

/** Lists the files of alerts by name, the index among them; what is done to keys answers no alert. */
export function runbookNames(): string[] {
  return readdirSync(runbookFolder)
    .filter((file) => file.endsWith('.md') && !file.startsWith('keys-'))
    .map((file) => file.slice(0, -3))
    .sort()
}

/** Reads one file of the folder. */
export function readRunbook(name: string): Runbook {
  const tokens = lexer(readFileSync(join(runbookFolder, `${name}.md`), 'utf8'))
  const sections: string[] = []
  const words = new Map<string, string>()
  const fences: Fence[] = []
  const codeSpans: string[] = []
  const links: string[] = []
  let title = ''
  let head = ''
  for (const token of tokens) {
    const section = sections.at(-1) ?? ''
    if (token.type === 'heading' && token['depth'] === 1) title = textOf(token)
    else if (token.type === 'heading' && token['depth'] === 2) sections.push(textOf(token))
    else {
      if (section === '' && token.type === 'paragraph') head ||= textOf(token)
      words.set(section, (words.get(section) ?? '') + token.raw)
    }
    void walkTokens([token], (inner) => {
      if (inner.type === 'code') {
        fences.push({ language: String(inner['lang'] ?? ''), text: textOf(inner), section })
      }
      if (inner.type === 'codespan') codeSpans.push(textOf(inner))
      if (inner.type === 'link') links.push(String(inner['href']))
    })
  }
  return { name, title, sections, head, words, fences, codeSpans, links }
}

/** Reads every runbook but the index. */
export function readRunbooks(): Runbook[] {
  return runbookNames()
    .filter((name) => name !== 'README')
    .map(readRunbook)
}

/** Lists the queries of a runbook; the language of their block says that they are ones. */
export function queriesOf({ fences }: Pick<Runbook, 'fences'>): Fence[] {
  return fences.filter(({ language }) => language === 'promql')
}

export interface Command {
  /** Words after `./campanile`, options among them. */
  readonly words: readonly string[]
}

/** Finds every command line of ours, in code spans and in blocks of shell. */
export function commandsOf({ fences, codeSpans }: Pick<Runbook, 'fences' | 'codeSpans'>): Command[] {
  const shell = fences.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.split('\n'))
  return [...codeSpans, ...shell].flatMap((line) =>
    [...line.matchAll(/\.\/campanile((?: [^\s|;&]+)*)/g)].map(([, rest = '']) => ({
      words: rest.split(' ').filter((word) => word !== ''),
    })),
  )
}

function textOf(token: Token): string {
  const { text } = token as Token & { readonly text?: unknown }
  return typeof text === 'string' ? text : token.raw
}
