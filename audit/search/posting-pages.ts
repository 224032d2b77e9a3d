/**
 * Pages of postings that grow while a log does: each entry is put in its places when it comes, so that writing a page
 * holds nobody up for the time that takes.
 */
import { maxPageEntries, type SearchPage } from '../store/search/search-store.ts'

/** What entries that follow one another are found by, entry by entry. */
export interface EntryTokens {
  readonly tenant: string
  /** First of them. */
  readonly first: number
  /** Tokens of each; none where nothing is known of one any more. */
  readonly tokens: readonly (readonly string[])[]
}

interface GrowingPage {
  readonly tenant: string
  readonly first: number
  count: number
  readonly postings: Map<string, number[]>
}

export class PostingPages {
  readonly #tenant: string
  readonly #pages: GrowingPage[] = []
  #end: number

  /** @param first entry of the first page */
  constructor(tenant: string, first: number) {
    this.#tenant = tenant
    this.#end = first
  }

  /** Entry after the last one. */
  get end(): number {
    return this.#end
  }

  /** Adds the tokens of the entries that come next. */
  add(tokens: readonly (readonly string[])[]): void {
    for (const ofEntry of tokens) {
      const page = this.#page()
      const place = page.count++
      this.#end++
      for (const token of ofEntry) {
        const places = page.postings.get(token)
        if (places === undefined) page.postings.set(token, [place])
        else places.push(place)
      }
    }
  }

  /** Lists the pages, without the entries before `from`. */
  list(from: number): SearchPage[] {
    return this.#pages.flatMap((page) => {
      if (page.first + page.count <= from) return []
      return page.first < from ? withoutFirst(page, from - page.first) : page
    })
  }

  #page(): GrowingPage {
    const last = this.#pages.at(-1)
    if (last !== undefined && last.count < maxPageEntries) return last
    const page = { tenant: this.#tenant, first: this.#end, count: 0, postings: new Map<string, number[]>() }
    this.#pages.push(page)
    return page
  }
}

/** Puts entries in their places. */
export function pagesOf({ tenant, first, tokens }: EntryTokens): SearchPage[] {
  const pages = new PostingPages(tenant, first)
  pages.add(tokens)
  return pages.list(first)
}

function withoutFirst({ tenant, first, count, postings }: SearchPage, length: number): SearchPage {
  const kept = [...postings].flatMap(([token, places]): [string, number[]][] => {
    const left = places.filter((place) => place >= length).map((place) => place - length)
    return left.length === 0 ? [] : [[token, left]]
  })
  return { tenant, first: first + length, count: count - length, postings: new Map(kept) }
}
