/** Builds elements. Text is always text: nothing here, and nothing in the portal, parses HTML. */

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
  const element = document.createElement(tag)
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

/** Makes a labelled field; `hint` is read out with it. */
export function field(
  label: string,
  control: HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement,
  hint?: string,
): HTMLElement {
  const id = `field-${++fields}`
  control.id = id
  if (hint !== undefined) control.setAttribute('aria-describedby', `${id}-hint`)
  return h(
    'div',
    { class: 'field' },
    h('label', { for: id }, label),
    control,
    hint !== undefined && h('p', { class: 'hint', id: `${id}-hint` }, hint),
  )
}

/** Makes a select of values and what people read for them. */
export function select(
  options: readonly { readonly value: string; readonly text: string }[],
  chosen?: string,
): HTMLSelectElement {
  return h(
    'select',
    {},
    options.map(({ value, text }) => h('option', { value, selected: value === chosen }, text)),
  )
}
