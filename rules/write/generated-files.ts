/** Generated files on disk: what is written, what is stale. A folder holds generated files and nothing else. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One folder and its files, by name. */
export interface GeneratedFolder {
  readonly folder: string
  readonly files: ReadonlyMap<string, string>
}

/** Writes every file and removes those that are no longer generated; answers how many were written. */
export function writeFolder({ folder, files }: GeneratedFolder): number {
  mkdirSync(folder, { recursive: true })
  for (const name of strangers({ folder, files })) rmSync(join(folder, name))
  for (const [name, text] of files) writeFileSync(join(folder, name), text)
  return files.size
}

/** Names the files that differ from what would be written, are missing, or are no longer generated. */
export function staleFiles({ folder, files }: GeneratedFolder): string[] {
  const changed = [...files].filter(([name, text]) => readIfThere(join(folder, name)) !== text)
  return [...changed.map(([name]) => name), ...strangers({ folder, files })].map((name) => join(folder, name))
}

function strangers({ folder, files }: GeneratedFolder): string[] {
  return present(folder).filter((name) => name.endsWith('.yaml') && !files.has(name))
}

function present(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
