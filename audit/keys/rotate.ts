/**
 * Gives a log, the subject keys or any other key its next version, while the ledger is stopped. Every step can be
 * taken again: a rotation that was interrupted is finished by the next one, not followed by another.
 */
import { addKeyVersion } from '../../lib/custody-changes.ts'
import { openCustody, type CustodyOptions, type SigningKey } from '../../lib/custody.ts'
import { AuditError } from '../log/errors.ts'
import { openChain, openCheckpointInChain, signHandover } from '../log/handover.ts'
import { emptyRoot } from '../log/hash.ts'
import { encodeVerifierKey, parseVerifierKey, type NoteSigner } from '../log/note.ts'
import { CheckpointFiles, checkpointFolder } from '../store/checkpoint-files.ts'
import { HandoverFiles } from '../store/handover-files.ts'
import { subjectFolder } from '../store/log-keys.ts'
import { SubjectKeys } from '../store/subject-keys.ts'

export interface LogRotation {
  readonly tenant: string
  /** First part of the origin of logs that were never signed for. */
  readonly origin: string
  /** True when somebody else may have the key: verifiers that only know it are not led on. */
  readonly isCompromised: boolean
}

export interface LogRotated {
  readonly version: number
  /** The new verifier key, to be given to everyone who verifies. */
  readonly vkey: string
  /** Last size of the old key. */
  readonly size: number
}

/**
 * Hands a log over to a new key.
 *
 * @throws CustodyError CUSTODY_NO_KEY or CUSTODY_LOST; AuditError when what was signed does not open
 */
export async function rotateLogKey(options: CustodyOptions, rotation: LogRotation): Promise<LogRotated> {
  const { tenant, isCompromised } = rotation
  const files = new HandoverFiles(options.directory)
  const name = `log-${tenant}`
  const handovers = await files.read(tenant)
  const before = await (await openCustody(options)).signingKeys(name, { isKnown: true })
  // The version after a crash between key and handover still has to be handed over to.
  if (before.length === handovers.length + 1) {
    await addKeyVersion(options, `${name}.ed25519`, isCompromised ? 'compromised' : 'retired')
  }
  const [to, from] = await (await openCustody(options)).signingKeys(name, { isKnown: true })
  if (from === undefined) throw new AuditError('AUDIT_KEY_LOST', `found one version of ${name}`)
  const signed = await new CheckpointFiles(checkpointFolder(options.directory)).read(tenant)
  const origin = signed?.split('\n')[0] ?? `${rotation.origin}/logs/${tenant}`
  const vkeys = {
    from: encodeVerifierKey(origin, from.publicKey),
    to: encodeVerifierKey(origin, to.publicKey),
  }
  const chain = openChain(parseVerifierKey(vkeys.from), handovers)
  const { size, root } =
    signed === undefined ? { size: 0, root: emptyRoot } : openCheckpointInChain(signed, chain)
  const isFollowed = from.state === 'retired'
  const note = signHandover(
    { origin, ...vkeys, size, root },
    { to: signerOf(origin, to), ...(isFollowed ? { from: signerOf(origin, from) } : {}) },
  )
  await files.write(tenant, to.version, note)
  return { version: to.version, vkey: vkeys.to, size }
}

function signerOf(name: string, { publicKey, sign }: SigningKey): NoteSigner {
  return { name, publicKey, sign }
}

/** Makes a new key-encryption key and seals every subject key under it; no leaf and no row changes. */
export async function rotateSubjectKeys(
  options: CustodyOptions,
  isCompromised: boolean,
): Promise<{ readonly version: number; readonly files: number }> {
  const { version } = await addKeyVersion(
    options,
    'subject-keys.secret',
    isCompromised ? 'compromised' : 'retired',
  )
  const custody = await openCustody(options)
  const keyEncryptionKeys = await custody.secrets('subject-keys', 32, { isKnown: true })
  const keys = new SubjectKeys({ directory: subjectFolder(options.directory), keyEncryptionKeys })
  try {
    return { version, files: await keys.rewrapAll() }
  } finally {
    await keys.close()
  }
}
