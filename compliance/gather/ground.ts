/** The folder that names of files begin at: that of the repository, so that every spelling of a path gives one name. */
import { stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { Ground } from '../evidence.ts'

/** Finds the nearest folder with `.git` above all paths, else the folder that holds all of them. */
export async function groundOf(paths: readonly string[], cwd: string): Promise<Ground> {
  const folders = await Promise.all(paths.map((path) => folderOf(resolve(cwd, path))))
  const above = folders.reduce(commonFolder, folders[0] ?? cwd)
  const root = (await repositoryAbove(above)) ?? above
  if (paths.every((path) => isAbsolute(path))) return { root, from: '' }
  const from = relative(root, cwd)
  if (from === '..' || from.startsWith(`..${sep}`)) return { root, from: cwd }
  return paths.some((path) => isAbsolute(path)) ? { root, from } : { from }
}

async function folderOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => undefined)
  return found?.isFile() === true ? dirname(path) : path
}

function commonFolder(left: string, right: string): string {
  let folder = left
  while (relative(folder, right).split(sep)[0] === '..') folder = dirname(folder)
  return folder
}

async function repositoryAbove(folder: string): Promise<string | undefined> {
  const found = await stat(join(folder, '.git')).catch(() => undefined)
  if (found !== undefined) return folder
  const above = dirname(folder)
  return above === folder ? undefined : repositoryAbove(above)
}
