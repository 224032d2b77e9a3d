/**
 * Stacks reduced to what the program chose: class of the error, then function, file name, line and column of
 * each frame. The message is dropped, and folders too, because home folders carry user names.
 */
import { hasShape } from '../shape.ts'
import { refuse, type Verdict } from '../verdict.ts'
import type { Vocabulary } from './vocabulary.ts'

const maxFrames = 40
const maxLineLength = 1_000

/** V8: `at f (file:1:2)`, `at async f (file:1:2)`, `at file:1:2`; Firefox and Safari: `f@file:1:2`. */
const frames = [
  /^ {0,8}at (?:(?:async |new )?([^\s(]{1,80})(?: \[as [^\]]{1,60}\])? \()?(?:file:\/\/|https?:\/\/)?([^()]{0,600}?):(\d{1,6}):(\d{1,6})\)?$/,
  /^([^\s@]{0,80})@(?:file:\/\/|https?:\/\/)?([^\s()]{0,600}?):(\d{1,6}):(\d{1,6})$/,
]
const functionName = /^(?!.*\d{4})[A-Za-z_$#<][A-Za-z0-9_$.<>#]{0,79}$/
const fileName =
  /^(?!.*\d{5})(?:[A-Za-z0-9_][A-Za-z0-9_.-]{0,60}\.(?:ts|js|mjs|cjs|mts|cts|tsx|jsx)|[a-z][a-z_]{0,30})$/

/** Scrubs a stack; one without any frame is refused. */
export function scrubStack(stack: string, { detect }: Pick<Vocabulary, 'detect'>): Verdict {
  const lines = stack.split('\n')
  const kept: string[] = []
  const type = /^[A-Za-z0-9_.]{1,90}/.exec(lines[0] ?? '')?.[0] ?? ''
  if (hasShape('error_type', type)) kept.push(type)
  let found = 0
  for (const line of lines) {
    const frame = line.length > maxLineLength || found >= maxFrames ? undefined : readFrame(line)
    if (frame === undefined || detect(frame) !== undefined) continue
    kept.push(frame)
    found++
  }
  const value = kept.join('\n')
  if (found === 0) return value === stack && value !== '' ? { value, rules: [] } : refuse('stack')
  return { value, rules: value === stack ? [] : ['stack'] }
}

function readFrame(line: string): string | undefined {
  for (const pattern of frames) {
    const match = pattern.exec(line.trimEnd())
    if (match === null) continue
    const [, name = '', path = '', row = '', column = ''] = match
    const file =
      path
        .split(/[?#]/, 1)[0]
        ?.split(/[/\\:]/)
        .at(-1) ?? ''
    if (!fileName.test(file)) return undefined
    const place = `${file}:${row}:${column}`
    return functionName.test(name) ? `    at ${name} (${place})` : `    at ${place}`
  }
  return undefined
}
