/** Asks a whole dashboard anew: when somebody changes it, and every few seconds by itself. */
import type { Asking, Range } from './answers.ts'
import { askMarks } from './ask-marks.ts'
import type { Board } from './board.ts'
import type { Dashboard } from './dashboard.ts'
import type { Shared } from './drawing.ts'
import type { MarkList } from './mark-list.ts'
import { resolveScope, scopeOf, type Choice } from './scope.ts'
import type { DashboardState } from './state.ts'
import { rangeOf, refreshes } from './times.ts'
import type { Toolbar } from './toolbar.ts'

export interface Rounds {
  /** Asks everything; what is still under way for an earlier state is given up. */
  readonly begin: (state: DashboardState) => Promise<void>
  readonly end: () => void
}

export interface RoundParts {
  readonly dashboard: Dashboard
  readonly board: Board
  readonly toolbar: Toolbar
  readonly markList: MarkList
  readonly shared: Shared
  readonly nowSeconds: () => number
  readonly scrapeSeconds: number
}

/** Opens the rounds of a dashboard; nothing is asked before the first one begins. */
export function openRounds(parts: RoundParts): Rounds {
  const { toolbar, nowSeconds } = parts
  let choices: readonly Choice[] = []
  /** True where the choices of a variable are missing: the next round asks for them again. */
  let hasFault = true
  let turn = new AbortController()
  let timer: number | undefined

  const round = async (state: DashboardState, isRefresh: boolean): Promise<void> => {
    if (isRefresh && document.hidden) {
      timer = schedule(state, () => round(state, true))
      return
    }
    turn.abort()
    turn = new AbortController()
    clearTimeout(timer)
    const { signal } = turn
    toolbar.showState(state)
    toolbar.setBusy(true)
    const range = rangeOf(state, nowSeconds())
    const asking = { signal, isRefresh }
    const faults: string[] = []
    if (!isRefresh || hasFault) {
      const { variables } = parts.dashboard
      const found = await resolveScope(parts.shared.api, { variables, asked: state.variables, range, asking })
      if (signal.aborted) return
      choices = found.choices
      hasFault = found.faults.length > 0
      faults.push(...found.faults.map((fault) => `The choices could not be read of ${fault}.`))
      toolbar.showChoices(choices)
    }
    const failed = await askAll(parts, choices, { range, asking })
    if (signal.aborted) return
    if (failed > 0) faults.push(`Panels that could not be loaded: ${failed}.`)
    toolbar.say(faults.join(' '))
    toolbar.setBusy(false)
    timer = schedule(state, () => round(state, true))
  }
  return {
    begin: (state) => round(state, false),
    end: () => {
      turn.abort()
      clearTimeout(timer)
    },
  }
}

async function askAll(
  { dashboard, board, markList, shared, scrapeSeconds }: RoundParts,
  choices: readonly Choice[],
  { range, asking }: { readonly range: Range; readonly asking: Asking },
): Promise<number> {
  const scope = scopeOf(choices)
  const known = askMarks(dashboard.annotations, { api: shared.api, scope, range, asking, scrapeSeconds })
  const marks = known.then((found) => found.marks)
  const [{ failed }] = await Promise.all([
    board.ask({ ...shared, scope, range, asking, scrapeSeconds, marks }),
    known.then((found) => {
      if (asking.signal?.aborted !== true) markList.show(found)
    }),
  ])
  return failed
}

/** Waits for the next round, where there is to be one. */
function schedule({ refresh }: DashboardState, onDue: () => Promise<void>): number | undefined {
  const seconds = refreshes.find(({ text }) => text === refresh)?.seconds ?? 0
  return seconds === 0 ? undefined : setTimeout(() => void onDue(), seconds * 1_000)
}
