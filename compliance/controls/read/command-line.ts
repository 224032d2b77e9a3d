/** Command lines as one text, whether they are written as one or word by word. */
import { attributeOf, childrenOf, type Resource, type UnknownAttribute } from '../../evidence.ts'
import { textOf } from '../text.ts'

export interface CommandLine {
  /** What is known of it; the exec form of a Dockerfile without its brackets and quotes. */
  readonly text: string
  /** Why words may be missing. */
  readonly hidden?: UnknownAttribute
}

/** Reads a command; one that nobody wrote is empty. */
export function commandLine(resource: Resource, path: string): CommandLine {
  const words = childrenOf(resource, path)
  if (words.length > 0) {
    const lines = words.map((word) => commandLine(resource, word))
    const hidden = lines.find((line) => line.hidden !== undefined)?.hidden
    return { text: lines.map(({ text }) => text).join(' '), ...(hidden === undefined ? {} : { hidden }) }
  }
  const whole = attributeOf(resource, path)
  if (whole?.known === false) return { text: '', hidden: whole }
  const text = textOf(whole?.value)
  return { text: text.startsWith('[') ? text.replace(/["',[\]]+/g, ' ') : text }
}
