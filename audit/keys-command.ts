/** `keys list | rotate NAME | passphrase FILE | reseal | move BACKEND | backup DIR | restore FILE`: changes the ledger's keystore while the ledger is stopped. */
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { keystoreBackupDays } from '../contracts/erasure.ts'
import { addKeyVersion, changePassphrase, listKeys } from '../lib/custody-changes.ts'
import { openRoot, type CustodyOptions } from '../lib/custody.ts'
import { moveKeystore } from '../lib/custody-move.ts'
import { backUpKeystore, restoreKeystore } from './keys/backup.ts'
import { lockKeystore } from './keys/keystore-lock.ts'
import { rotateLogKey, rotateSubjectKeys } from './keys/rotate.ts'
import { AuditError } from './log/errors.ts'

export interface KeySettings extends CustodyOptions {
  /** Port of the ledger, which must not answer. */
  readonly port: number
  /** First part of the origin of logs. */
  readonly origin: string
}

/** Lists keys and versions, one a line; `isWhole` is false when one is lost or swapped. */
export async function describeKeys(
  settings: KeySettings,
): Promise<{ readonly text: string; readonly isWhole: boolean }> {
  const { root } = await openRoot(settings)
  const keys = await listKeys(settings)
  const lines = keys.flatMap(({ name, versions, fault }) => [
    ...versions.map(
      ({ version, fingerprint, state, since }) =>
        `${name} version ${version} ${state} since ${since} ${fingerprint}`,
    ),
    ...(fault === undefined ? [] : [`${name} NOT USABLE: ${fault}`]),
  ])
  const first = `keystore under ${root.backend} ${root.keyName}`.trimEnd()
  return { text: [first, ...lines].join('\n'), isWhole: keys.every(({ fault }) => fault === undefined) }
}

/**
 * Gives a key its next version and tells what is to be done about it.
 *
 * @param name `log-TENANT`, `subject-keys`, or a listed name with its kind
 * @throws AuditError AUDIT_WRITER_TAKEN while the ledger runs, AUDIT_KEY_FIXED for a key that cannot change
 */
export function rotateKey(settings: KeySettings, name: string, isCompromised: boolean): Promise<string> {
  return whileStopped(settings, () => rotate(settings, name, isCompromised))
}

async function rotate(settings: KeySettings, name: string, isCompromised: boolean): Promise<string> {
  const [, tenant] = /^log-([a-z][a-z0-9_]{1,39})(?:[.]ed25519)?$/.exec(name) ?? []
  if (tenant !== undefined) {
    const { origin } = settings
    const { version, vkey, size } = await rotateLogKey(settings, { tenant, origin, isCompromised })
    const how = isCompromised ? 'not followed from the old key' : 'signed by both'
    return `log ${tenant} signs with version ${version} from size ${size} on, ${how}\n${vkey}`
  }
  if (/^subject-keys(?:[.]secret)?$/.test(name)) {
    const { version, files } = await rotateSubjectKeys(settings, isCompromised)
    return `${files} files of subject keys are sealed under version ${version}`
  }
  if (name.startsWith('side-')) {
    throw new AuditError(
      'AUDIT_KEY_FIXED',
      'tokens in rows and digests of events stand under this key; keys reseal changes what seals it',
    )
  }
  const { version } = await addKeyVersion(settings, name, isCompromised ? 'compromised' : 'retired')
  return `${name} has version ${version}`
}

/** Changes the passphrase; answers how many key files were sealed anew. */
export async function replacePassphrase(settings: KeySettings, file: string): Promise<string> {
  const files = await whileStopped(settings, () => changePassphrase(settings, file))
  return `${files} key files are sealed anew; remove ${file}`
}

/** Moves the keystore under another backend, or under another key of the same one. */
export async function move(settings: KeySettings, backend: CustodyOptions['backend']): Promise<string> {
  const { directory, passphraseFile } = settings
  const to = { directory, passphraseFile, ...(backend === undefined ? {} : { backend }) }
  const moved = await whileStopped(settings, () => moveKeystore(settings, to))
  return [
    `${moved.files} key files are sealed anew under ${moved.backend} ${moved.keyName}`.trimEnd(),
    `set CAMPANILE_CUSTODY=${moved.backend} before the ledger starts; backups made so far open as they did`,
  ].join('\n')
}

/** Seals every key file anew; no key changes, those that cannot change among them. */
export async function reseal(settings: KeySettings): Promise<string> {
  const { files } = await whileStopped(settings, () => moveKeystore(settings, settings))
  return `${files} key files are sealed anew; a copy of the keystore made so far opens as it did`
}

/**
 * Writes a sealed backup, also while the ledger runs, and removes those that are too old.
 *
 * @param recoveryFile passphrase under which this backup opens without the backend
 */
export async function backUp(settings: KeySettings, folder: string, recoveryFile?: string): Promise<string> {
  const { path, files, removed } = await backUpKeystore(settings, resolve(folder), Date.now(), recoveryFile)
  return `${files} files in ${path}; ${removed} backups older than ${keystoreBackupDays} days removed`
}

/** Puts back what the keystore lacks. */
export async function restore(settings: KeySettings, file: string): Promise<string> {
  const restored = await whileStopped(settings, () => restoreKeystore(settings, file))
  return [`${restored.length} files put back`, ...restored].join('\n')
}

/** Changes the keystore while nobody else does. @throws AuditError AUDIT_WRITER_TAKEN */
async function whileStopped<T>({ directory, port }: KeySettings, work: () => Promise<T>): Promise<T> {
  const lock = await lockKeystore(directory)
  try {
    await refuseWhileAnswering(port)
    return await work()
  } finally {
    await lock.release()
  }
}

/** A ledger in another network namespace holds a lock that is not seen here. @throws AuditError AUDIT_WRITER_TAKEN */
async function refuseWhileAnswering(port: number): Promise<void> {
  const isRunning = await new Promise<boolean>((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
  if (isRunning) throw new AuditError('AUDIT_WRITER_TAKEN', 'the ledger runs: stop it first')
}
