/** Above a dashboard: the range of time, how often it is asked anew, and its variables. */
import { fill, h } from '../web/dom.ts'
import { pickVariable } from './pick-variable.ts'
import type { Choice } from './scope.ts'
import type { DashboardState } from './state.ts'
import { momentText, ranges, rangeOf, refreshes } from './times.ts'

export interface Toolbar {
  readonly element: HTMLElement
  readonly showState: (state: DashboardState) => void
  readonly showChoices: (choices: readonly Choice[]) => void
  /** Shows whether something is being asked. */
  readonly setBusy: (isBusy: boolean) => void
  /** Says how the last asking went; it is read out. */
  readonly say: (text: string) => void
}

export interface ToolbarParts {
  readonly onChange: (change: Partial<DashboardState>) => void
  readonly onRefresh: () => void
  readonly nowSeconds: () => number
}

/** Makes the toolbar. */
export function openToolbar({ onChange, onRefresh, nowSeconds }: ToolbarParts): Toolbar {
  const range = select('Time', [
    ...ranges.map(({ from, label }) => [from, label] as const),
    ['custom', 'Custom range…'],
  ])
  const every = select(
    'Refresh',
    refreshes.map(({ text, label }) => [text, label] as const),
  )
  const custom = customRange((from, to) => onChange({ from, to }))
  const current: { state?: DashboardState } = {}
  range.control.addEventListener('change', () => {
    const { value } = range.control
    if (value !== 'custom') onChange({ from: value, to: 'now' })
    else custom.open(rangeOf(current.state ?? { from: 'now-1h', to: 'now' }, nowSeconds()))
  })
  every.control.addEventListener('change', () => onChange({ refresh: every.control.value }))
  const again = h('button', { type: 'button', class: 'quiet small', onclick: onRefresh }, 'Refresh')
  const variables = h('div', { class: 'chart-variables' })
  const status = h('p', { class: 'chart-status', role: 'status' })
  const element = h(
    'div',
    { class: 'chart-toolbar', role: 'group', 'aria-label': 'Time and variables' },
    h('div', { class: 'chart-controls' }, variables, range.element, every.element, again),
    custom.element,
    status,
  )
  return {
    element,
    showState: (state) => {
      current.state = state
      const listed = ranges.some(({ from }) => from === state.from && state.to === 'now')
      range.control.value = listed ? state.from : 'custom'
      every.control.value = refreshes.some(({ text }) => text === state.refresh) ? state.refresh : ''
      custom.show(listed ? undefined : rangeOf(state, nowSeconds()))
    },
    showChoices: (choices) => showVariables(variables, choices, (values) => onChange({ variables: values })),
    setBusy: (isBusy) => {
      if (isBusy) again.setAttribute('aria-busy', 'true')
      else again.removeAttribute('aria-busy')
    },
    say: (text) => {
      status.textContent = text
    },
  }
}

/** Draws the variables where they have changed; what is open and focused stays so. */
function showVariables(
  box: HTMLElement,
  choices: readonly Choice[],
  onPick: (values: Readonly<Record<string, string>>) => void,
): void {
  const shown = choices.filter(({ variable }) => !variable.isHidden)
  const key = fingerprint(shown)
  if (box.dataset['choices'] === key) return
  box.dataset['choices'] = key
  const focused = box.querySelector<HTMLElement>(':focus')?.dataset['keep']
  const open = box.querySelector<HTMLElement>('details[open]')?.dataset['name']
  fill(
    box,
    shown.map((choice) => pickVariable(choice, choice.variable.name === open, onPick)),
  )
  if (focused === undefined) return
  box.querySelector<HTMLElement>(`[data-keep="${CSS.escape(focused)}"]`)?.focus()
}

function fingerprint(choices: readonly Choice[]): string {
  return JSON.stringify(choices.map(({ variable, options, value }) => [variable.name, options, value]))
}

function select(label: string, options: readonly (readonly [value: string, text: string])[]) {
  const control = h(
    'select',
    {},
    options.map(([value, text]) => h('option', { value }, text)),
  )
  return { control, element: h('label', { class: 'chart-control' }, h('span', {}, label), control) }
}

/** Two fields and a button, shown while the range is none of the list. */
function customRange(onApply: (from: string, to: string) => void) {
  const from = h('input', { type: 'datetime-local', step: 1 })
  const to = h('input', { type: 'datetime-local', step: 1 })
  const fault = h('p', { class: 'chart-status', role: 'alert' })
  const apply = () => {
    const [start, end] = [from.valueAsNumber, to.valueAsNumber].map(fromLocal)
    const isGood = start !== undefined && end !== undefined && end > start
    fault.textContent = isGood ? '' : 'The range must end after it starts.'
    if (isGood) onApply(String(start), String(end))
  }
  const element = h(
    'form',
    {
      class: 'chart-controls',
      hidden: true,
      onsubmit: (event) => {
        event.preventDefault()
        apply()
      },
    },
    h('label', { class: 'chart-control' }, h('span', {}, 'From'), from),
    h('label', { class: 'chart-control' }, h('span', {}, 'To'), to),
    h('button', { class: 'small' }, 'Apply'),
    fault,
  )
  const show = (range: { readonly start: number; readonly end: number } | undefined) => {
    element.hidden = range === undefined
    if (range === undefined) return
    from.value = toLocal(range.start)
    to.value = toLocal(range.end)
    element.title = `${momentText(range.start)} to ${momentText(range.end)}`
  }
  const open = (range: { readonly start: number; readonly end: number }) => {
    show(range)
    from.focus()
  }
  return { element, show, open }
}

/** The fields know no zone: what they hold is the clock on the wall. */
function toLocal(seconds: number): string {
  const zoneMillis = new Date(seconds * 1_000).getTimezoneOffset() * 60_000
  return new Date(Math.floor(seconds) * 1_000 - zoneMillis).toISOString().slice(0, 19)
}

function fromLocal(wallMillis: number): number | undefined {
  if (Number.isNaN(wallMillis)) return undefined
  const moment = new Date(wallMillis)
  return wallMillis + moment.getTimezoneOffset() * 60_000
}
