/**
 * Finds the files of a folder that a reader knows. Whoever wrote the folder controls its names, its links and its
 * size: no link leads out of it, the walk is bounded, and what was left out is named with the reason.
 */
import { lstat, opendir, realpath, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'
import type { GatherFault, GatherFaultCode } from '../evidence.ts'
import { classify, ignoredFolders, sourcesIn, type FileClass } from './classify.ts'

export interface WalkLimits {
  /** Most directory entries looked at in all folders together. */
  readonly entries: number
  /** Most files handed to readers. */
  readonly files: number
  /** Most files handed to readers that look through files of every kind, and to no other. */
  readonly texts: number
  /** Deepest folder below a scanned path. */
  readonly depth: number
}

export interface FoundFile {
  /** As it was reached from the scanned path. */
  readonly path: string
  readonly folder: string
  readonly fileClass: FileClass
  /** True for a file that was named itself: it is meant to be read. */
  readonly isNamed?: true
}

export interface Walked {
  /** By folder and name, the same order at every run. */
  readonly files: readonly FoundFile[]
  readonly faults: readonly GatherFault[]
  /** Folders that hold `.git`. */
  readonly repositories: readonly string[]
  /** The paths that are folders. */
  readonly roots: readonly string[]
}

interface Folder {
  readonly path: string
  /** Real path of the scanned folder, with a separator at the end. */
  readonly root: string
  readonly depth: number
}

/** Looks at each path, a folder or a file; one that two paths reach is found once. */
export async function walk(paths: readonly string[], limits: WalkLimits): Promise<Walked> {
  const walker = new Walker(limits)
  for (const path of paths) await walker.visitPath(path)
  const { files, faults, repositories, roots } = walker
  return { files: [...files.values()], faults, repositories, roots }
}

class Walker {
  /** By real path: a file that is found and named is one. */
  readonly files = new Map<string, FoundFile>()
  readonly faults: GatherFault[] = []
  readonly repositories: string[] = []
  readonly roots: string[] = []
  private readonly limits: WalkLimits
  /** Real paths of folders and files that were visited. */
  private readonly seen = new Set<string>()
  private entries = 0
  private texts = 0

  constructor(limits: WalkLimits) {
    this.limits = limits
  }

  async visitPath(path: string): Promise<void> {
    try {
      const stats = await stat(path)
      const real = await realpath(path)
      if (stats.isDirectory()) {
        this.roots.push(path)
        await this.visitFolder({ path, root: real.endsWith(sep) ? real : real + sep, depth: 0 })
      } else if (stats.isFile()) this.addNamedFile(path, real)
      else this.fault('GATHER_UNREADABLE', 'expected a file or folder', path)
    } catch (error) {
      this.fault('GATHER_UNREADABLE', `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`, path)
    }
  }

  /** A file somebody named is meant to be read: any YAML is taken for Compose, anything unknown is a fault. */
  private addNamedFile(path: string, real: string): void {
    const name = basename(path)
    const byName = classify(path)
    const isPlain = byName === undefined || byName === 'text'
    const fileClass = isPlain && /\.ya?ml$/i.test(name) ? 'compose' : byName
    if (fileClass === undefined)
      this.fault('GATHER_UNSUPPORTED', 'expected a kind of file that is known', path)
    else {
      const before = this.files.get(real)
      if (before?.fileClass === 'text') this.files.set(real, { ...before, fileClass, isNamed: true })
      else this.addFile({ path, folder: join(path, '..'), fileClass, isNamed: true }, real)
    }
  }

  private async visitFolder(folder: Folder): Promise<void> {
    const real = await realpath(folder.path)
    if (this.seen.has(real)) return
    this.seen.add(real)
    if (folder.depth > this.limits.depth) {
      this.fault(
        'GATHER_TOO_MANY',
        `expected at most ${this.limits.depth} folders in each other`,
        folder.path,
      )
      return
    }
    for (const name of await this.namesIn(folder.path)) {
      const path = join(folder.path, name)
      try {
        await this.visitEntry({ ...folder, path }, { name, folder: folder.path, real })
      } catch (error) {
        this.fault('GATHER_UNREADABLE', `cannot be read: ${systemCodeOf(error) ?? 'unknown error'}`, path)
      }
    }
  }

  /** Names in order; stops, and says so, where the bound of the whole walk is reached. */
  private async namesIn(path: string): Promise<string[]> {
    const names: string[] = []
    for await (const entry of await opendir(path)) {
      this.entries += 1
      if (this.entries > this.limits.entries) {
        this.fault('GATHER_TOO_MANY', `expected at most ${this.limits.entries} files and folders`, path)
        break
      }
      names.push(entry.name)
    }
    return names.sort()
  }

  /** @param real real path of the folder, below which a plain file has its own name */
  private async visitEntry(
    here: Folder,
    { name, folder, real }: { readonly name: string; readonly folder: string; readonly real: string },
  ): Promise<void> {
    const fileClass = classify(here.path)
    const stats = await lstat(here.path)
    if (name === '.git') this.repositories.push(folder)
    if (stats.isDirectory()) {
      if (!ignoredFolders.has(name)) await this.visitFolder({ ...here, depth: here.depth + 1 })
    } else if (stats.isSymbolicLink()) await this.visitLink(here, { folder, fileClass })
    else if (fileClass === undefined) return
    else if (stats.isFile()) this.addFile({ path: here.path, folder, fileClass }, join(real, name))
    else this.faultOf({ path: here.path, fileClass }, 'GATHER_UNREADABLE', 'expected a regular file')
  }

  /** A link to a file inside is a file under a second name; a folder inside is visited under its own name. */
  private async visitLink(
    { path, root }: Folder,
    { folder, fileClass }: { folder: string; fileClass: FileClass | undefined },
  ): Promise<void> {
    const target = await realpath(path).catch((error: unknown) => systemCodeOf(error) ?? 'unknown error')
    const isInside = `${target}${sep}`.startsWith(root)
    const isFile = isInside && (await stat(target)).isFile()
    const isIgnored =
      isInside &&
      target
        .slice(root.length)
        .split(sep)
        .some((name) => ignoredFolders.has(name))
    const isRead = fileClass !== undefined && fileClass !== 'text'
    if (isFile && fileClass !== undefined) this.addFile({ path, folder, fileClass }, path)
    else if (isIgnored && !isFile) {
      this.fault('GATHER_SYMLINK', 'found a link into a folder that is not looked into', path)
    } else if (!isInside && (isRead || !isPlainFileName(path))) {
      const message = 'found a link that leads out of the scanned folder or nowhere'
      if (isRead) this.faultOf({ path, fileClass }, 'GATHER_SYMLINK', message)
      else this.fault('GATHER_SYMLINK', message, path)
    }
  }

  private addFile(file: FoundFile, identity: string): void {
    if (this.seen.has(identity)) {
      this.nameAgain(file, identity)
      return
    }
    this.seen.add(identity)
    const isText = file.fileClass === 'text'
    const limit = isText ? this.limits.texts : this.limits.files
    if (isText ? this.texts < limit : this.files.size - this.texts < limit) {
      this.files.set(identity, file)
      if (isText) this.texts += 1
    } else {
      this.faultOf(file, 'GATHER_TOO_MANY', `expected at most ${limit} files to read`)
    }
  }

  /** A file that was found in a folder and is named too is meant to be read. */
  private nameAgain(file: FoundFile, identity: string): void {
    const before = this.files.get(identity)
    if (before !== undefined && file.isNamed === true) this.files.set(identity, { ...before, isNamed: true })
  }

  /** What may be a folder hides anything. */
  private fault(code: GatherFaultCode, message: string, file: string): void {
    this.faults.push({ code, message, file, startLine: 1, endLine: 1 })
  }

  private faultOf(
    { path: file, fileClass }: Pick<FoundFile, 'path' | 'fileClass'>,
    code: GatherFaultCode,
    message: string,
  ): void {
    this.faults.push({ code, message, file, startLine: 1, endLine: 1, hides: sourcesIn(file, fileClass) })
  }
}

/** A link whose name has an extension no reader knows hides nothing a reader would have read. */
function isPlainFileName(path: string): boolean {
  return /\.[A-Za-z][\w-]*$/.test(basename(path))
}
