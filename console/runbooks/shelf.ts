/** The runbooks of the house, read when somebody opens one: an edit is seen at once. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCodeOf } from '../../lib/errors.ts'
import { readDocument, type Block } from './document.ts'

export interface Shelf {
  readonly names: () => Promise<readonly string[]>
  /** Undefined where there is none of that name. */
  readonly open: (name: string) => Promise<readonly Block[] | undefined>
}

/** Names of alerts; a README beside them is none. */
const runbookName = /^(?!README$)[A-Za-z][A-Za-z0-9-]{0,63}$/

/** Opens a folder of `<AlertName>.md`; one that is missing holds nothing. */
export function openShelf(folder: string): Shelf {
  return {
    names: async () => {
      const files = await readdir(folder).catch(absent<string[]>([]))
      return files
        .filter((file) => file.endsWith('.md'))
        .map((file) => file.slice(0, -3))
        .filter((name) => runbookName.test(name))
        .sort()
    },
    open: async (name) => {
      // The name is a path of the address: nothing but letters, digits and dashes reaches the disk.
      if (!runbookName.test(name)) return undefined
      const text = await readFile(join(folder, `${name}.md`), 'utf8').catch(absent(undefined))
      return text === undefined ? undefined : readDocument(text)
    },
  }
}

function absent<T>(value: T): (error: unknown) => T {
  return (error) => {
    if (systemCodeOf(error) === 'ENOENT') return value
    throw error
  }
}
