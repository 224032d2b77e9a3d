/** Takes up what an earlier process left in the folder of a queue; whatever is damaged there, the start goes on. */
import { readdir, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTailAside, type Quarantine } from '../store/quarantine.ts'
import { readWalFile } from './read-wal.ts'
import { WalFile } from './wal-file.ts'

export type RecoveryFault = 'tail_cut' | 'quarantined' | 'unreadable'

export interface RecoveryOptions {
  readonly directory: string
  readonly quarantine: Quarantine
  readonly onFault: (fault: RecoveryFault) => void
  /** Told of bytes whose requests nobody can tell any more; a torn end, which nobody acknowledged, is among them. */
  readonly onDamaged: (bytes: number) => void
}

export interface RecoveredFolder {
  /** Oldest first. */
  readonly files: readonly WalFile[]
  /** When the youngest file was begun, in the time of the queue. */
  readonly youngest: number
}

/** Reads every file of the folder. */
export async function recoverFolder(options: RecoveryOptions): Promise<RecoveredFolder> {
  const { directory } = options
  const names = (await readdir(directory)).sort()
  const files: WalFile[] = []
  let youngest = 0
  for (const name of names) {
    const [, started, ending] = /^(\d{13})-\d{4}\.wal(\.corrupt|\.sent)?$/.exec(name) ?? []
    if (started === undefined) continue
    const startedAt = Number(started)
    const path = join(directory, name)
    if (ending === '.sent') {
      // Marks of a file that is gone.
      if (!names.includes(name.slice(0, -ending.length))) await rm(path, { force: true, recursive: true })
      continue
    }
    youngest = Math.max(youngest, startedAt)
    if (ending === '.corrupt') await keepAside(path, startedAt, options)
    else files.push(...(await recoverFile(path, startedAt, options)))
  }
  return { files, youngest }
}

/** Answers the file; nothing where it cannot be read, and is set aside whole. */
async function recoverFile(path: string, startedAt: number, options: RecoveryOptions): Promise<WalFile[]> {
  const { onFault, onDamaged } = options
  try {
    const found = await readWalFile(path)
    for (let damage = 0; damage < found.damages; damage++) onFault('quarantined')
    if (found.damagedBytes > 0) onDamaged(found.damagedBytes)
    if (found.goodBytes < found.bytes) await cutTail(path, { startedAt, ...found }, options)
    return [WalFile.recovered(path, startedAt, found)]
  } catch {
    onFault('unreadable')
    const aside = `${path}.corrupt`
    // What cannot even be renamed stays where it is, and is tried again at the next start.
    const isAside = await rename(path, aside).then(
      () => true,
      () => false,
    )
    if (isAside) await keepAside(aside, startedAt, options)
    return []
  }
}

async function cutTail(
  path: string,
  found: { readonly startedAt: number; readonly goodBytes: number; readonly bytes: number },
  options: RecoveryOptions,
): Promise<void> {
  const { onFault, onDamaged } = options
  onFault('tail_cut')
  const { goodBytes, bytes, startedAt } = found
  try {
    const aside = await setTailAside(path, goodBytes)
    if (aside === undefined) return
    onDamaged(bytes - goodBytes)
    await keepAside(aside, startedAt, options)
  } catch (error) {
    if (goodBytes === 0) throw error
    // A full disk takes no copy of the end; what is whole before it is worth more.
    onDamaged(bytes - goodBytes)
    await truncate(path, goodBytes).catch(() => undefined)
  }
}

/** What is no file, or gone, is left alone. */
async function keepAside(path: string, startedAt: number, { quarantine }: RecoveryOptions): Promise<void> {
  await quarantine.add(path, startedAt).catch(() => undefined)
}
