/** Reads what lies on a disk while others write there. */
import { readdirSync, readFileSync, type Dirent } from 'node:fs'
import { join } from 'node:path'
import { systemCodeOf } from '../../../lib/errors.ts'

/** Reads every file below a folder; one that goes away meanwhile is none. */
export function filesIn(folder: string): Buffer[] {
  const entries = unlessGone((): Dirent[] => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return filesIn(path)
    return (entry.isFile() ? unlessGone(() => [readFileSync(path)]) : undefined) ?? []
  })
}

function unlessGone<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
