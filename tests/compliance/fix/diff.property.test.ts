import { expect } from 'chai'
import fc from 'fast-check'
import { unifiedDiff } from '../../../compliance/fix/diff.ts'
import { propertyRuns } from '../../support/property.ts'

/** Applies a difference as `patch` does, without guessing. */
function patched(before: string, diff: string): string {
  const lines = before.match(/[^\n]*\n|[^\n]+$/g) ?? []
  const result: string[] = []
  let at = 0
  for (const hunk of diff.split(/^(?=@@ )/m).slice(1)) {
    const [, first = '0', size = '1'] = /^@@ -(\d+)(?:,(\d+))? /.exec(hunk) ?? []
    const start = size === '0' ? Number(first) : Number(first) - 1
    result.push(...lines.slice(at, start))
    at = start
    for (const line of hunk
      .replaceAll('\n\\ No newline at end of file\n', '\0')
      .match(/[^\n\0]*[\n\0]/g)
      ?.slice(1) ?? []) {
      const text = line.slice(1).replace('\0', '')
      if (line[0] !== '+') expect(lines[at++]).to.equal(text)
      if (line[0] !== '-') result.push(text)
    }
  }
  return [...result, ...lines.slice(at)].join('')
}

describe('a unified difference', () => {
  it('makes the one text of the other, and is empty for equal texts', () => {
    const text = fc
      .tuple(fc.array(fc.constantFrom('a', 'b', 'c', '', '@@ d'), { maxLength: 30 }), fc.boolean())
      .map(([lines, isEnded]) => lines.map((line) => `${line}\n`).join('') + (isEnded ? '' : 'end'))
    fc.assert(
      fc.property(text, text, (before, after) => {
        const diff = unifiedDiff('f', before, after)
        expect(diff === '').to.equal(before === after)
        expect(patched(before, diff)).to.equal(after)
      }),
      propertyRuns({ ci: 1_000, soak: 50_000 }),
    )
  })

  it('shows three lines around each change', () => {
    const before = Array.from({ length: 20 }, (_, index) => `${index}\n`).join('')
    expect(unifiedDiff('f', before, before.replace('\n10\n', '\nten\n'))).to.equal(
      '--- a/f\n+++ b/f\n@@ -8,7 +8,7 @@\n 7\n 8\n 9\n-10\n+ten\n 11\n 12\n 13\n',
    )
  })
})
