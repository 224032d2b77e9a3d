/**
 * A runbook as a tree of the few things a page draws. No HTML is made: markup inside the text stays text, and a
 * link that is not http(s), a path of this console or a place in the page loses its address.
 */
import { lexer, type Token, type Tokens } from 'marked'

export type Inline =
  | { readonly kind: 'text' | 'code'; readonly text: string }
  | { readonly kind: 'strong' | 'em'; readonly parts: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly parts: readonly Inline[] }
  | { readonly kind: 'break' }

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly parts: readonly Inline[] }
  | { readonly kind: 'paragraph'; readonly parts: readonly Inline[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'quote'; readonly blocks: readonly Block[] }
  | {
      readonly kind: 'table'
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
    }
  | { readonly kind: 'rule' }

/** Deepest nesting of lists and quotes that is drawn. */
const maxDepth = 8

/** Reads markdown (GitHub's, by `marked`) into blocks. */
export function readDocument(text: string): readonly Block[] {
  return lexer(text).flatMap((token) => blockOf(token, 0))
}

function blocksOf(tokens: readonly Token[] | undefined, depth: number): readonly Block[] {
  return depth > maxDepth ? [] : (tokens ?? []).flatMap((token) => blockOf(token, depth))
}

/** `marked` types its tokens as an open union; each kind named here has the fields of its own type. */
function blockOf(token: Token, depth: number): readonly Block[] {
  switch (token.type) {
    case 'heading':
      return [
        {
          kind: 'heading',
          level: (token as Tokens.Heading).depth,
          parts: inlinesOf(token.tokens, textOf(token)),
        },
      ]
    case 'paragraph':
    case 'text':
      return [{ kind: 'paragraph', parts: inlinesOf(token.tokens, textOf(token)) }]
    case 'code':
      return [{ kind: 'code', language: (token as Tokens.Code).lang ?? '', text: textOf(token) }]
    case 'list': {
      const { ordered, items } = token as Tokens.List
      return [{ kind: 'list', ordered, items: items.map((item) => blocksOf(item.tokens, depth + 1)) }]
    }
    case 'blockquote':
      return [{ kind: 'quote', blocks: blocksOf(token.tokens, depth + 1) }]
    case 'table':
      return [tableOf(token as Tokens.Table)]
    case 'hr':
      return [{ kind: 'rule' }]
    case 'html':
      return [{ kind: 'paragraph', parts: [{ kind: 'text', text: textOf(token).trim() }] }]
    default:
      return []
  }
}

function tableOf({ header, rows }: Tokens.Table): Block {
  const cell = ({ tokens, text }: Tokens.TableCell) => inlinesOf(tokens, text)
  return { kind: 'table', head: header.map(cell), rows: rows.map((row) => row.map(cell)) }
}

function inlinesOf(tokens: readonly Token[] | undefined, text: string): readonly Inline[] {
  return tokens === undefined ? [{ kind: 'text', text }] : tokens.map(inlineOf)
}

function inlineOf(token: Token): Inline {
  switch (token.type) {
    case 'strong':
      return { kind: 'strong', parts: inlinesOf(token.tokens, textOf(token)) }
    case 'em':
      return { kind: 'em', parts: inlinesOf(token.tokens, textOf(token)) }
    case 'codespan':
      return { kind: 'code', text: textOf(token) }
    case 'br':
      return { kind: 'break' }
    case 'link': {
      const { href } = token as Tokens.Link
      const parts = inlinesOf(token.tokens, textOf(token))
      return isOpenable(href) ? { kind: 'link', href, parts } : { kind: 'em', parts }
    }
    default:
      return { kind: 'text', text: textOf(token) }
  }
}

function textOf(token: Token): string {
  const { text, raw } = token as Token & { readonly text?: unknown }
  return typeof text === 'string' ? text : raw
}

/** `/path` of this console, but not `//host`, or http(s). */
function isOpenable(href: string): boolean {
  return /^\/(?![/\\])/.test(href) || /^#[\w-]*$/.test(href) || /^https?:\/\//.test(href)
}
