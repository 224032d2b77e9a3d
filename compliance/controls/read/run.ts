/** What the `RUN` instructions of a stage run. */
import { attributeOf, childrenOf, type Attribute, type Resource } from '../../evidence.ts'
import type { ShellCommand } from '../../gather/shell/command.ts'
import { readScript, readWords, type Script } from '../../gather/shell/script.ts'
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
    const { commands, open } = scriptOf(text)
    return [{ path, attribute: open === undefined ? attribute : opened(attribute, open), text, commands }]
  })
}

function opened(attribute: Attribute, why: string): Attribute {
  const { startLine, endLine, file } = attribute
  return { known: false, why, file, startLine, endLine }
}

/** Reads `RUN --mount=… command`, `RUN ["a", "b"]` and `RUN <<EOF`. */
export function scriptOf(text: string): Script {
  const script = text.replace(/^(?:--[a-z]+=\S+\s+){0,20}/, '')
  const words = wordsIn(script)
  if (words !== undefined) return readWords(words)
  const body = /^<<-?["']?\w+["']?[ \t]*\n([\s\S]*)$/.exec(script)?.[1]
  return readScript(body ?? script)
}

/** The words of `["a", "b"]`; what is no list of texts in JSON is a script, as for Docker. */
function wordsIn(script: string): readonly string[] | undefined {
  if (!script.startsWith('[')) return undefined
  try {
    const words: unknown = JSON.parse(script)
    return Array.isArray(words) && words.every((word) => typeof word === 'string') ? words : undefined
  } catch {
    return undefined
  }
}
