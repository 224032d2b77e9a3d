/** What went wrong, for people: a sentence, what to do, and the trace to quote to whoever helps. */
import type { Problem } from '../../contracts/problem.ts'
import { announce, h } from './dom.ts'

/** A refused or failed request. */
export class ProblemError extends Error {
  readonly problem: Partial<Problem>
  /** Seconds until it is worth another try, where the answer said so. */
  readonly retrySeconds: number | undefined
  constructor(problem: Partial<Problem>, retrySeconds?: number) {
    super(problem.code ?? 'request failed')
    this.name = 'ProblemError'
    this.problem = problem
    this.retrySeconds = retrySeconds
  }
}

const sentences: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'You are not logged in any more.',
  FORBIDDEN: 'This is not open to you.',
  CSRF_FAILED: 'The page is out of date. Reload it and try again.',
  NOT_FOUND: 'There is no such thing here.',
  CONFLICT: 'That does not fit with what is there already.',
  RATE_LIMITED: 'That was a little fast.',
  OVERLOADED: 'A part of the campus system does not answer right now.',
  TIMEOUT: 'A part of the campus system took too long.',
  BODY_INVALID: 'Something in the form is not right.',
  QUERY_INVALID: 'Something in the form is not right.',
  OFFLINE: 'The campus system cannot be reached. Check your connection.',
}

/** What a view says instead of the general sentence, because it knows what was tried. */
export interface Words {
  readonly heading?: string
  /** What to do now; stands in place of the service's own detail. */
  readonly help?: string
}

/** Shows a failure; its details are read out at once. */
export function problemBox(error: unknown, { heading, help }: Words = {}): HTMLElement {
  const { problem, retrySeconds } =
    error instanceof ProblemError ? error : { problem: {}, retrySeconds: undefined }
  const title = heading ?? sentences[problem.code ?? ''] ?? 'That did not work, and it is our fault.'
  announce(title)
  const faults = help === undefined ? (problem.faults ?? []) : []
  const detail = help ?? problem.detail
  return h(
    'div',
    { class: 'problem', role: 'alert' },
    h('strong', {}, title),
    detail !== undefined && h('p', {}, sentence(detail)),
    faults.length > 0 &&
      h(
        'ul',
        {},
        faults.map(({ at, expected }) => h('li', {}, `${placeOf(at)}: ${expected}`)),
      ),
    retrySeconds !== undefined && h('p', {}, `Try again in ${retrySeconds} s.`),
    problem.traceId !== undefined && h('p', { class: 'trace' }, `Trace ${problem.traceId}`),
  )
}

function sentence(detail: string): string {
  return `${detail.slice(0, 1).toUpperCase()}${detail.slice(1)}${detail.endsWith('.') ? '' : '.'}`
}

/** `/courses/0/credits` → `course 1, credits`. */
function placeOf(pointer: string): string {
  const course = /^\/courses\/(\d+)\/(\w+)$/.exec(pointer)
  if (course !== null) return `Row ${Number(course[1]) + 1}, ${course[2]}`
  return pointer.replace(/^\//, '').replaceAll('/', ', ')
}

/** Shows that there is nothing, and what would change that. */
export function emptyState(title: string, help: string): HTMLElement {
  return h('div', { class: 'empty' }, h('strong', {}, title), h('p', {}, help))
}
