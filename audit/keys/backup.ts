/**
 * Backups of the keystore: one sealed file of mode 0600 each, none kept for longer than 35 days, because what was
 * erased is recoverable from them until then. They may be made while the ledger runs: its files are replaced whole
 * or only grow, and a torn record at an end is known as one.
 */
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { keystoreBackupDays } from '../../contracts/erasure.ts'
import { openRoot, openSealed, type CustodyOptions } from '../../lib/custody.ts'
import { readIfPresent, refuseOpenMode, replaceFile, writeOnce } from '../../lib/custody-files.ts'
import { CustodyError } from '../../lib/custody-errors.ts'
import { resealManifest } from '../../lib/custody-manifest.ts'
import type { RootKey } from '../../lib/custody-seal.ts'
import { AuditError } from '../log/errors.ts'
import { isArchivable, packFiles, unpackFiles, type ArchivedFile } from './archive.ts'

const dayMillis = 86_400_000
/** As for the passphrase of a keystore: whoever finds the backup can guess for as long as it lies there. */
const minPassphraseLength = 16
const sealedName = 'backup'
const backupPattern = /^keystore-(\d{4}-\d{2}-\d{2}T\d{2})-(\d{2})-(\d{2}[.]\d{3}Z)[.]sealed$/

export interface BackedUp {
  readonly path: string
  readonly files: number
  /** Backups that were too old. */
  readonly removed: number
}

/**
 * Writes a backup into a folder and removes those older than 35 days.
 *
 * @param now milliseconds since the epoch
 * @param recoveryFile a passphrase that opens this backup instead, so that it outlives a service or a token
 * @throws CustodyError when the keystore does not open; AuditError AUDIT_BACKUP_CORRUPT when nothing is in it
 */
export async function backUpKeystore(
  options: CustodyOptions,
  folder: string,
  now: number,
  recoveryFile?: string,
): Promise<BackedUp> {
  const { root: present, manifests } = await openSealed(options)
  await manifests.read()
  const root = recoveryFile === undefined ? present : await openRecovery(options, recoveryFile)
  const files = await resealed(await filesOf(options.directory), present, root)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await refuseOpenMode(folder)
  const time = new Date(now).toISOString().replaceAll(':', '-')
  const path = join(folder, `keystore-${time}.sealed`)
  await replaceFile(path, await root.seal(sealedName, packFiles(files)))
  return { path, files: files.length, removed: await removeOld(folder, now) }
}

/**
 * Puts back what is missing from a keystore; what is there stays. Erasures that were made since are done again when
 * the ledger starts, as long as its list of tombstones is there.
 *
 * @returns the names of the files that were put back
 * @throws CustodyError when the root does not open it; AuditError AUDIT_BACKUP_CORRUPT
 */
export async function restoreKeystore(options: CustodyOptions, path: string): Promise<string[]> {
  const { directory } = options
  const { root } = await openRoot(options)
  const files = unpackFiles(await root.unseal(sealedName, await readFile(path)))
  await mkdir(directory, { recursive: true, mode: 0o700 })
  await refuseOpenMode(directory)
  const isKnown = (await readdir(directory)).some((name) => name.startsWith('manifest.'))
  const restored: string[] = []
  for (const { name, content } of files) {
    // An older manifest beside a newer one would be none.
    if (isKnown && name.startsWith('manifest.')) continue
    await mkdir(dirname(join(directory, name)), { recursive: true, mode: 0o700 })
    if (await writeOnce(join(directory, name), content)) restored.push(name)
  }
  return restored
}

async function openRecovery({ directory }: CustodyOptions, passphraseFile: string): Promise<RootKey> {
  const { root } = await openRoot({ directory, passphraseFile })
  const { length } = (await readFile(passphraseFile, 'utf8')).trim()
  if (length >= minPassphraseLength) return root
  throw new CustodyError('CUSTODY_WEAK_PASSPHRASE', 'expected a passphrase of at least 16 characters')
}

/** Seals the manifest among the files under the root of the backup: key files hang from the manifest. */
async function resealed(
  files: readonly ArchivedFile[],
  present: RootKey,
  root: RootKey,
): Promise<readonly ArchivedFile[]> {
  if (root === present) return files
  const works = files.map(async ({ name, content }) =>
    name.startsWith('manifest.')
      ? { name, content: await resealManifest(content, present, root) }
      : { name, content },
  )
  return Promise.all(works)
}

async function filesOf(directory: string): Promise<ArchivedFile[]> {
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  const files: ArchivedFile[] = []
  for (const entry of names) {
    const name = join(entry.parentPath, entry.name).slice(directory.length + 1)
    if (!entry.isFile() || !isArchivable(name)) continue
    const content = await readIfPresent(join(directory, name))
    // Replaced by a newer one meanwhile.
    if (content !== undefined) files.push({ name, content })
  }
  if (!files.some(({ name }) => name.startsWith('manifest.'))) {
    throw new AuditError('AUDIT_BACKUP_CORRUPT', 'the keystore changed while it was read: try again')
  }
  return files
}

async function removeOld(folder: string, now: number): Promise<number> {
  let removed = 0
  for (const name of await readdir(folder)) {
    const [, hour, minute, second] = backupPattern.exec(name) ?? []
    const madeAt = Date.parse(`${hour}:${minute}:${second}`)
    if (Number.isNaN(madeAt) || now - madeAt <= keystoreBackupDays * dayMillis) continue
    await rm(join(folder, name))
    removed += 1
  }
  return removed
}
