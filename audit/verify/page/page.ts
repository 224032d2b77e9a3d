/** The page: a file comes in by choosing or dropping it, a verdict goes out. It talks to nobody. */
import { readPack } from './read-pack.ts'
import { verifyPack, type PackVerdict, type PartVerdict } from './verify-pack.ts'

const input = elementOf('file', HTMLInputElement)
const key = elementOf('key', HTMLInputElement)
const drop = elementOf('drop', HTMLElement)
const status = elementOf('status', HTMLElement)
const result = elementOf('result', HTMLElement)
/** The file that is looked at; a later one takes its place. */
let current: File | undefined
/** Verifications that were begun: what an earlier one gives, of the same file under another key too, is not shown. */
let runs = 0

input.addEventListener('change', () => take(input.files?.[0]))
key.addEventListener('change', () => take(current))
drop.addEventListener('dragover', (event) => {
  event.preventDefault()
  drop.classList.add('over')
})
drop.addEventListener('dragleave', () => drop.classList.remove('over'))
drop.addEventListener('drop', (event) => {
  event.preventDefault()
  drop.classList.remove('over')
  take(event.dataTransfer?.files[0])
})

function take(file: File | undefined): void {
  current = file
  result.replaceChildren()
  result.className = ''
  status.textContent = ''
  void verifyOne(file, ++runs)
}

async function verifyOne(file: File | undefined, run: number): Promise<void> {
  if (file === undefined) return
  status.textContent = `Verifying ${file.name} …`
  const givenKey = key.value.trim()
  try {
    const verdict = await verifyPack(await readPack(file), givenKey)
    if (run === runs) show(file.name, verdict)
  } catch (error) {
    if (run !== runs) return
    const message = error instanceof Error ? error.message : String(error)
    result.className = 'bad'
    status.textContent = `${file.name} could not be verified: ${message}`
  }
}

function show(name: string, { isValid, parts, unknown }: PackVerdict): void {
  result.className = isValid ? 'good' : 'bad'
  status.textContent = isValid ? `${name} is verified.` : `${name} is NOT verified.`
  result.append(...parts.map(describePart))
  if (unknown.length > 0) {
    const list = document.createElement('ul')
    list.append(...unknown.map((text) => textElement('li', text)))
    result.append(textElement('h2', 'What this cannot show'), list)
  }
}

function describePart({ name, isValid, lines }: PartVerdict): HTMLElement {
  const section = document.createElement('section')
  const list = document.createElement('ul')
  list.append(...lines.map((line) => textElement('li', line)))
  section.append(textElement('h2', `${isValid ? '✓' : '✗'} ${name}`), list)
  return section
}

function textElement(tag: 'h2' | 'li', text: string): HTMLElement {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

/** Finds an element of our own page. @throws Error when page and script do not fit */
function elementOf<T extends HTMLElement>(id: string, kind: new () => T): T {
  const element = document.getElementById(id)
  if (element instanceof kind) return element
  throw new Error(`found no element ${id}`)
}
