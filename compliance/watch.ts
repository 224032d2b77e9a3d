/**
 * Tells when something under paths changes. Folder by folder: the recursive watch of Node watches every single file on
 * Linux, those of `node_modules` too, and people run out of watches.
 */
import { watch, type FSWatcher } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ConfigError } from '../lib/config.ts'
import { systemCodeOf } from '../lib/errors.ts'
import { ignoredFolders } from './gather/classify.ts'

/** Far above what people keep in one place, below the 8192 watches some systems give one user. */
const folderLimit = 4_000
/** Editors write in several steps: so long nothing more may come, in milliseconds, but no longer than `longestMillis`. */
const quietMillis = 150
const longestMillis = 2_000

export interface Watch {
  /** Looks for folders that have come and gone. @throws ConfigError when a path is not there or holds too many */
  readonly refresh: () => Promise<void>
  readonly close: () => void
}

/** Calls `onChange` after each burst of changes; links are not followed and folders no scan enters are left out. */
export function watchFiles(paths: readonly string[], onChange: () => void): Watch {
  const watchers = new Map<string, FSWatcher>()
  const settle = settler(onChange)
  const forget = (key: string) => {
    watchers.get(key)?.close()
    watchers.delete(key)
  }
  const add = (key: string, { folder, only }: Place) => {
    const watcher = watch(folder, (_, name) => {
      const isOurs = only === undefined ? !ignoredFolders.has(name ?? '') : name === null || name === only
      if (isOurs) settle.touch()
    })
    // A folder that is gone: the one above it has told so.
    watcher.on('error', () => forget(key))
    watchers.set(key, watcher)
  }
  return {
    refresh: async () => {
      const places = new Map<string, Place>()
      for (const path of paths) await placesOf(path, places)
      for (const key of watchers.keys()) if (!places.has(key)) forget(key)
      for (const [key, place] of places) if (!watchers.has(key)) addExisting(() => add(key, place))
    },
    close: () => {
      settle.stop()
      for (const key of watchers.keys()) forget(key)
    },
  }
}

interface Place {
  readonly folder: string
  /** The one file of it that counts; an editor may put another file in its place, so its folder is watched. */
  readonly only?: string
}

/** What went away between the listing and the watch is no failure; everything else is. */
function addExisting(add: () => void): void {
  try {
    add()
  } catch (cause) {
    const code = systemCodeOf(cause)
    if (code === 'ENOENT') return
    const expected = `fewer folders, or a system that lets them be watched: ${code ?? 'unknown error'}`
    throw new ConfigError([{ source: 'command line', key: 'path', expected }], { cause })
  }
}

async function placesOf(path: string, places: Map<string, Place>): Promise<void> {
  const found = await stat(path).catch((cause: unknown) => {
    const expected = `a folder or a file that is there: ${systemCodeOf(cause) ?? 'unknown error'}`
    throw new ConfigError([{ source: path, key: 'path', expected }], { cause })
  })
  if (!found.isDirectory()) {
    places.set(`${path}#`, { folder: dirname(path), only: basename(path) })
    return
  }
  const open = [path]
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    places.set(folder, { folder })
    if (places.size > folderLimit) {
      throw new ConfigError([{ source: path, key: 'path', expected: `at most ${folderLimit} folders` }])
    }
    // A folder that is gone again, or closed to us, has nothing to watch; the scan says so.
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
    for (const entry of entries) {
      if (entry.isDirectory() && !ignoredFolders.has(entry.name)) open.push(join(folder, entry.name))
    }
  }
}

function settler(onSettled: () => void) {
  let timer: NodeJS.Timeout | undefined
  let firstMillis: number | undefined
  return {
    touch: () => {
      const now = performance.now()
      firstMillis ??= now
      clearTimeout(timer)
      const wait = Math.max(0, Math.min(quietMillis, firstMillis + longestMillis - now))
      timer = setTimeout(() => {
        firstMillis = undefined
        onSettled()
      }, wait)
    },
    stop: () => clearTimeout(timer),
  }
}
