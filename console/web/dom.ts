/** Builds elements. Text is always text: nothing on these pages parses HTML. */

export type Child = Node | string | number | undefined | false | readonly Child[]

export interface Attributes {
  readonly [name: string]: string | number | boolean | undefined | ((event: Event) => void)
}

/** Makes an element; a function under `onclick` and the like becomes a listener, `true` an empty attribute. */
export function h<T extends keyof HTMLElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[T] {
  return filled(document.createElement(tag), attributes, children)
}

/** Makes an element of a drawing. */
export function svg<T extends keyof SVGElementTagNameMap>(
  tag: T,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[T] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children)
}

function filled<E extends Element>(element: E, attributes: Attributes, children: readonly Child[]): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== undefined && value !== false) element.setAttribute(name, String(value))
  }
  append(element, children)
  return element
}

function append(parent: Node, children: readonly Child[]): void {
  for (const child of children) {
    if (child === undefined || child === false) continue
    if (typeof child !== 'object') parent.appendChild(document.createTextNode(String(child)))
    else if (child instanceof Node) parent.appendChild(child)
    else append(parent, child)
  }
}

/** Replaces what an element holds. */
export function fill(parent: Element, ...children: readonly Child[]): void {
  parent.replaceChildren()
  append(parent, children)
}

/** Finds an element of the page's own frame. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no element ${id}`)
  return found
}

/** Says something to people who hear the page instead of seeing it. */
export function announce(text: string): void {
  byId('live').textContent = text
}

let fields = 0

/** Makes a labelled field. */
export function field(label: string, control: HTMLInputElement | HTMLSelectElement): HTMLElement {
  control.id = `field-${++fields}`
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control)
}

/** What a column is: `isLong` lets the name of a row wrap; `beside` stands beside the name on a phone, `alone` goes without its label there. */
export interface Column {
  readonly text: string
  readonly isNumber?: boolean
  readonly isLong?: boolean
  readonly onPhone?: 'beside' | 'alone'
}

export interface TableOptions {
  readonly caption: string
  /** The first column names the row. */
  readonly columns: readonly (string | Column)[]
  readonly rows: readonly (readonly Child[])[]
}

/**
 * Makes a table in a box of its own, in which it scrolls where it is wider than the page. On a phone each row
 * becomes a card.
 */
export function table({ caption, columns, rows }: TableOptions): HTMLElement {
  const described: readonly Column[] = columns.map((column) =>
    typeof column === 'string' ? { text: column } : column,
  )
  const classOf = (at: number) => {
    const { isNumber = false, isLong = false, onPhone = '' } = described[at] ?? {}
    const names = [isNumber ? 'num' : '', isLong ? 'long' : '', onPhone].filter((name) => name !== '')
    return names.length === 0 ? {} : { class: names.join(' ') }
  }
  const cells = (row: readonly Child[]) =>
    row.map((cell, at) =>
      at === 0
        ? h('th', { scope: 'row', ...classOf(at) }, cell)
        : h('td', { ...classOf(at), 'data-label': described[at]?.text }, h('div', {}, cell)),
    )
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption, 'data-keep': caption },
    h(
      'table',
      { class: 'stacked' },
      h('caption', { class: 'unseen' }, caption),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          described.map(({ text }, at) => h('th', { scope: 'col', ...classOf(at) }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) => h('tr', {}, cells(row))),
      ),
    ),
  )
}

/** Describes a column of figures. */
export function numbers(text: string): Column {
  return { text, isNumber: true }
}
