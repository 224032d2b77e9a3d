/** What went wrong, for people: a sentence, what is known of the cause, and the trace to quote. */
import { ProblemError } from './api.ts'
import { announce, h } from './dom.ts'

const sentences: Readonly<Record<string, string>> = {
  UNAUTHENTICATED: 'You are not logged in.',
  FORBIDDEN: 'This is not open to your role.',
  CSRF_FAILED: 'The page is out of date. Reload it and try again.',
  NOT_FOUND: 'There is no such thing here.',
  RATE_LIMITED: 'Too many attempts.',
  OVERLOADED: 'This cannot be shown right now.',
  QUERY_INVALID: 'The question is not well formed.',
  OFFLINE: 'The console cannot be reached.',
}

/** Shows a failure; it is read out at once. */
export function problemBox(error: unknown): HTMLElement {
  const { problem, retrySeconds } =
    error instanceof ProblemError ? error : { problem: {}, retrySeconds: undefined }
  const title = sentences[problem.code ?? ''] ?? 'That did not work, and it is our fault.'
  announce(title)
  const { detail, faults = [], traceId } = problem
  return h(
    'div',
    { class: 'note alarm', role: 'alert' },
    h('strong', {}, title),
    detail !== undefined && h('p', {}, sentence(detail)),
    faults.length > 0 &&
      h(
        'ul',
        {},
        faults.map(({ at, expected }) => h('li', {}, `${at}: expected ${expected}`)),
      ),
    retrySeconds !== undefined && h('p', {}, `Try again in ${retrySeconds} s.`),
    traceId !== undefined && h('p', { class: 'mono' }, `Trace ${traceId}`),
  )
}

/** Writes a reason as a sentence. */
export function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${/[.!?…]$/.test(text) ? '' : '.'}`
}

/** Shows that there is nothing, and what would change that. */
export function emptyState(title: string, help: string): HTMLElement {
  return h('div', { class: 'empty' }, h('strong', {}, title), h('p', {}, help))
}
