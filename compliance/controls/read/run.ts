/** What the `RUN` instructions of a stage run. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import type { ShellCommand } from '../../gather/shell/command.ts'
import { commandsOf } from '../../gather/shell/script.ts'
import { textOf } from '../text.ts'

export interface Run {
  readonly path: string
  readonly attribute: Attribute
  /** The instruction as it was written, its flags first. */
  readonly text: string
  readonly commands: readonly ShellCommand[]
}

/** Lists what a stage runs itself; an instruction whose text is not known runs no command that is known. */
export function runsOf(stage: Resource): readonly Run[] {
  return childrenOf(stage, 'run').flatMap((path): Run[] => {
    const attribute = attributeOf(stage, path)
    if (attribute === undefined) return []
    const text = attribute.known ? textOf(attribute.value) : ''
    return [{ path, attribute, text, commands: commandsIn(text) }]
  })
}

/** Reads `RUN --mount=… command`, `RUN ["a", "b"]` and `RUN <<EOF`. */
function commandsIn(text: string): readonly ShellCommand[] {
  const script = text.replace(/^(?:--[a-z]+=\S+\s+){0,20}/, '')
  if (script.startsWith('[')) {
    const words = [...script.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word)
    return [{ words, assignments: [], line: 0, before: '', after: '' }]
  }
  const body = /^<<-?["']?\w+["']?[ \t]*\n([\s\S]*)$/.exec(script)?.[1]
  return commandsOf(body ?? script)
}
