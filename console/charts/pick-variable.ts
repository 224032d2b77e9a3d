/** The choice of one variable: a list for one value, boxes to tick for several. */
import { h } from '../web/dom.ts'
import type { Choice } from './scope.ts'
import { all } from './variables.ts'

type OnPick = (values: Readonly<Record<string, string>>) => void

/** Makes the control of a variable; `onPick` gets its name and its values, parted by commas. */
export function pickVariable(choice: Choice, isOpen: boolean, onPick: OnPick): HTMLElement {
  const { variable } = choice
  const pick = (values: readonly string[]) => onPick({ [variable.name]: values.join(',') })
  return variable.isMulti ? severalOf(choice, isOpen, pick) : oneOf(choice, pick)
}

function optionsOf({ options, value, variable }: Choice): readonly string[] {
  // What an address names is shown even when no series has it.
  const known = value.isAll ? options : [...new Set([...options, ...value.values])]
  return variable.hasAll ? [all, ...known] : known
}

function label(value: string): string {
  return value === all ? 'All' : value
}

function oneOf(choice: Choice, pick: (values: readonly string[]) => void): HTMLElement {
  const { variable, value } = choice
  const picked = value.isAll ? all : (value.values[0] ?? '')
  const control = h(
    'select',
    { 'data-keep': variable.name, onchange: () => pick([control.value]) },
    optionsOf(choice).map((option) =>
      h('option', { value: option, selected: option === picked }, label(option)),
    ),
  )
  return h('label', { class: 'chart-control' }, h('span', {}, variable.label), control)
}

function severalOf(choice: Choice, isOpen: boolean, pick: (values: readonly string[]) => void): HTMLElement {
  const { variable, value } = choice
  const isPicked = (option: string) =>
    option === all ? value.isAll : !value.isAll && value.values.includes(option)
  const toggle = (option: string) => {
    if (option === all) return pick([all])
    const before = value.isAll ? [] : value.values
    const after = before.includes(option) ? before.filter((one) => one !== option) : [...before, option]
    pick(after.length === 0 ? [all] : after)
  }
  const summary = value.isAll ? 'All' : value.values.join(', ')
  const details = h(
    'details',
    { class: 'chart-several', open: isOpen, 'data-name': variable.name },
    h(
      'summary',
      { 'data-keep': `${variable.name} summary`, 'aria-label': `${variable.label}: ${summary}` },
      summary === '' ? 'None' : summary,
    ),
    h(
      'fieldset',
      {},
      h('legend', { class: 'unseen' }, variable.label),
      variable.description !== '' && h('p', {}, variable.description),
      optionsOf(choice).map((option) =>
        h(
          'label',
          {},
          h('input', {
            type: 'checkbox',
            checked: isPicked(option),
            'data-keep': `${variable.name}=${option}`,
            onchange: () => toggle(option),
          }),
          label(option),
        ),
      ),
    ),
  )
  closeOutside(details)
  return h('div', { class: 'chart-control' }, h('span', { 'aria-hidden': 'true' }, variable.label), details)
}

function closeOutside(details: HTMLDetailsElement): void {
  details.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    details.open = false
    details.querySelector('summary')?.focus()
  })
  details.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !details.contains(relatedTarget)) details.open = false
  })
}
