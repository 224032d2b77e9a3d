/** Edits of single lines as SARIF fixes. What needs the whole file is written by `--fix` and by nothing else. */
import type { PostureFinding } from '../../contracts/posture.ts'
import { isFile } from './results.ts'
import { uriOf } from './uri.ts'

/** Makes the fix of a finding; undefined where its line alone does not say how. */
export function fixOf({ location, mend, excerpt, fix }: PostureFinding): object | undefined {
  const [edit, ...more] = mend ?? []
  if (location === undefined || !isFile(location.file) || edit === undefined || more.length > 0)
    return undefined
  const { file, startLine, endLine } = location
  const line = excerpt?.lines[startLine - excerpt.startLine]
  const text =
    'instead' in edit
      ? edit.instead
      : 'set' in edit && startLine === endLine
        ? setLine(line, edit)
        : undefined
  if (text === undefined) return undefined
  return {
    description: { text: fix ?? 'make it as expected' },
    artifactChanges: [
      {
        artifactLocation: { uri: uriOf(file) },
        replacements: [
          {
            deletedRegion: { startLine, startColumn: 1, endLine: endLine + 1, endColumn: 1 },
            insertedContent: { text: text.endsWith('\n') ? text : `${text}\n` },
          },
        ],
      },
    ],
  }
}

/** `name = old` or `name: old` with another plain value; undefined for any other line, also one with a remark. */
function setLine(line: string | undefined, { set, to }: { readonly set: string; readonly to: unknown }) {
  if (line === undefined || !['string', 'number', 'boolean'].includes(typeof to)) return undefined
  const name = set.slice(set.lastIndexOf('.') + 1)
  const [, head = '', found = ''] =
    /^(\s*([\w-]+)\s*[=:]\s*)(?:"[\w./:@-]*"|'[\w./:@-]*'|[\w./@-]+)\s*$/.exec(line) ?? []
  return found === name ? `${head}${JSON.stringify(to)}` : undefined
}
