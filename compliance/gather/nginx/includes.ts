/** Puts files of nginx together: what `include` names, among the files of the scan and no others. */
import type { FileSet } from '../file-reader.ts'
import { parseNginx, type Directive, type NginxFile } from './parse.ts'

/** Files that nginx itself brings along; they hold names of media types and parameters of other protocols. */
const shipped = /(?:^|\/)(?:mime\.types|(?:fastcgi|scgi|uwsgi)_params|fastcgi\.conf|koi-(?:utf|win)|win-utf)$/
/** Where an installed nginx keeps its configuration. */
const installed = /^(?:\/etc\/nginx|\/usr\/local\/(?:openresty\/)?nginx\/conf|\/usr\/local\/etc\/nginx)\//
const directiveLimit = 50_000
const depthLimit = 16

interface Expanded {
  readonly directives: readonly Directive[]
  /** True where the includes made more than is read. */
  readonly isCut: boolean
  /** The files it is made of. */
  readonly read: ReadonlySet<string>
}

export class NginxFiles {
  private readonly files: FileSet
  private readonly paths: readonly string[]
  private readonly kept = new Map<string, NginxFile>()

  /** @param paths files that may be of nginx */
  constructor(files: FileSet, paths: readonly string[]) {
    this.files = files
    this.paths = paths
  }

  fileAt(path: string): NginxFile {
    const kept = this.kept.get(path)
    if (kept !== undefined) return kept
    const read = parseNginx(path, this.files.textOf(path) ?? '')
    this.kept.set(path, read)
    return read
  }

  /** Lists the files that a file includes by itself, wherever the `include` stands. */
  includedBy(path: string): readonly string[] {
    const found: string[] = []
    const look = (directives: readonly Directive[]) => {
      for (const each of directives) {
        if (each.name === 'include') found.push(...this.resolve(each, path))
        if (each.block !== undefined) look(each.block)
      }
    }
    look(this.fileAt(path).directives)
    return found
  }

  /** Finds the files an `include` means, for the configuration that begins with a file. */
  resolve({ args: [pattern = ''], file }: Directive, root: string): readonly string[] {
    const relative = pattern.replace(installed, '')
    const here = folderOf(file)
    const candidates = pattern.startsWith('/')
      ? [pattern, ...(relative === pattern ? [] : [folderOf(root) + relative, here + relative])]
      : [folderOf(root) + pattern, here + pattern]
    if (!relative.startsWith('/')) candidates.push(folderOf(here.slice(0, -1)) + relative)
    for (const candidate of candidates) {
      const found = this.matching(candidate.replace(/(^|\/)\.\//g, '$1'))
      if (found.length > 0) return found
    }
    return []
  }

  private matching(pattern: string): readonly string[] {
    if (!/[*?[]/.test(pattern)) return this.files.textOf(pattern) === undefined ? [] : [pattern]
    const folder = folderOf(pattern)
    // Only the name may hold stars: a folder with one is rare, and its files are then not known.
    if (/[*?[]/.test(folder)) return []
    return this.paths
      .filter(
        (path) =>
          folderOf(path) === folder && matches(path.slice(folder.length), pattern.slice(folder.length)),
      )
      .sort()
  }

  /** Lays out a configuration: every `include` gives way to what it includes, or stays where nothing was scanned. */
  expand(root: string): Expanded {
    let left = directiveLimit
    let isCut = false
    const read = new Set([root])
    const lay = (directives: readonly Directive[], depth: number): Directive[] =>
      directives.flatMap((each): Directive[] => {
        left -= 1
        if (left < 0 || depth > depthLimit) {
          isCut = true
          return []
        }
        if (each.name !== 'include') {
          return [each.block === undefined ? each : { ...each, block: lay(each.block, depth) }]
        }
        if (shipped.test(each.args[0] ?? '')) return []
        const found = this.resolve(each, root)
        for (const path of found) read.add(path)
        return found.length === 0
          ? [each]
          : found.flatMap((path) => lay(this.fileAt(path).directives, depth + 1))
      })
    return { directives: lay(this.fileAt(root).directives, 0), isCut, read }
  }
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1)
}

/** Compares a name with a pattern of `*` and `?`; sets in brackets stand for one character, whichever. */
function matches(name: string, pattern: string): boolean {
  const signs = pattern.replace(/\[[^\]]*\]/g, '?')
  let [at, sign, star, back] = [0, 0, -1, 0]
  while (at < name.length) {
    if (signs[sign] === '*') {
      star = sign
      back = at
      sign += 1
    } else if (signs[sign] === '?' || signs[sign] === name[at]) {
      at += 1
      sign += 1
    } else if (star >= 0) {
      back += 1
      at = back
      sign = star + 1
    } else return false
  }
  return /^\**$/.test(signs.slice(sign))
}
