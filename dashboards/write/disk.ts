/** Puts generated files on disk, or compares them with what lies there. */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'

/** The folders that hold generated files and nothing else. */
const owned = ['dashboards', 'provisioning']

export interface Difference {
  readonly path: string
  readonly why: 'absent' | 'stale' | 'unknown'
}

/** Tells which files below `folder` are not what they should be, or should not be there. */
export function compare(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const differing = [...files].flatMap(([path, text]): Difference[] => {
    const found = readIfThere(join(folder, path))
    if (found === text) return []
    return [{ path, why: found === undefined ? 'absent' : 'stale' }]
  })
  const unknown = present(folder).filter((path) => !files.has(path))
  return [...differing, ...unknown.map((path) => ({ path, why: 'unknown' }) as const)]
}

/** Writes the files below `folder` and removes what an earlier model left there; returns what changed. */
export function write(folder: string, files: ReadonlyMap<string, string>): readonly Difference[] {
  const changes = compare(folder, files)
  for (const { path } of changes) {
    const text = files.get(path)
    const target = join(folder, path)
    if (text === undefined) {
      rmSync(target)
    } else {
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, text)
    }
  }
  return changes
}

function present(folder: string): readonly string[] {
  return owned.flatMap((name) => globSync(`${name}/**/*.{json,yaml}`, { cwd: folder })).sort()
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
