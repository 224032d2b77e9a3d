/** What `watch` does when one file has changed, measured: the same scan again with what the last one remembers. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { look } from '../../../compliance/command.ts'
import { FileMemory } from '../../../compliance/gather/file-memory.ts'
import type { FileBytes } from '../../../compliance/gather/module/source.ts'

export interface ScannedAgain {
  readonly files: number
  /** Processor time of each scan after a change, milliseconds, ascending. */
  readonly millis: readonly number[]
}

/**
 * Writes files, scans them, and scans again after each of some changes of one.
 *
 * @param copies of the files, in folders of their own: only the first is changed
 */
export async function scanAgain(
  files: readonly FileBytes[],
  { copies, changes }: { readonly copies: number; readonly changes: number },
): Promise<ScannedAgain> {
  const folder = mkdtempSync(join(tmpdir(), 'campanile-again-'))
  try {
    for (let copy = 0; copy < copies; copy++) {
      for (const { file, bytes } of files) {
        const path = join(folder, String(copy), file)
        mkdirSync(dirname(path), { recursive: true })
        writeFileSync(path, bytes)
      }
    }
    // By this clock nothing was written a moment ago.
    const memory = new FileMemory(() => Date.now() + 60_000)
    let { posture: previous } = await look([folder], { memory })
    const changed = join(folder, '0', files.find(({ file }) => file.endsWith('.tf'))?.file ?? '')
    const millis: number[] = []
    for (let change = 0; change < changes; change++) {
      appendFileSync(changed, '\n# another line\n')
      const from = process.cpuUsage()
      previous = (await look([folder], { memory, previous })).posture
      const { user, system } = process.cpuUsage(from)
      millis.push((user + system) / 1_000)
    }
    return { files: files.length * copies, millis: millis.sort((a, b) => a - b) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
