/**
 * Bytes of records that could not be read: kept in `damaged/` for whoever looks into it, under the day they were found
 * on, and removed after 30 days, because they may name people.
 */
import { writeWhole, type SpoolFiles } from './files.ts'

export interface Damaged {
  /** Keeps bytes under the place they were found at; found again the same day they are kept once. */
  readonly keep: (place: string, bytes: Uint8Array) => Promise<void>
  /** Removes what is older than 30 days and tells how many. */
  readonly erase: () => Promise<number>
}

const keptMillis = 30 * 86_400_000
const namePattern = /^(\d{4}-\d{2}-\d{2})-.*\.bin$/

/**
 * @param spoolFolder the folder of the spool
 * @param now milliseconds since the epoch
 */
export function damagedIn(files: SpoolFiles, spoolFolder: string, now: () => number): Damaged {
  const folder = `${spoolFolder}/damaged`
  return {
    keep: async (place, bytes) => {
      await files.makeFolder(folder)
      const day = new Date(now()).toISOString().slice(0, 10)
      await writeWhole(files, { folder, name: `${day}-${place}.bin` }, bytes)
    },
    erase: async () => {
      await files.makeFolder(folder)
      const old = (await files.list(folder)).filter((name) => {
        const day = namePattern.exec(name)?.[1]
        return day !== undefined && Date.parse(day) < now() - keptMillis
      })
      for (const name of old) await files.remove(`${folder}/${name}`)
      return old.length
    },
  }
}
