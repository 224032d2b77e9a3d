/**
 * Moves a keystore from one root to another (passphrase, KMS, PKCS#11), while nobody uses it. The new root is proved
 * to open before anything changes; then the manifest is sealed under it, then the key files under a store key that
 * the old root never opened. A crash at any point leaves a keystore that opens under exactly one of the two, and
 * running the move again finishes it.
 */
import { sealAnew } from './custody-changes.ts'
import { openRoot, openSealed, type CustodyOptions } from './custody.ts'
import { CustodyError } from './custody-errors.ts'
import { ManifestFiles, type Manifest } from './custody-manifest.ts'
import { decodeTokenKey } from './custody-pkcs11.ts'
import { makeStoreKey, type RootKey } from './custody-seal.ts'
import { SealedStore } from './custody-store.ts'

export interface Moved {
  /** How many key files were sealed anew. */
  readonly files: number
  readonly backend: RootKey['backend']
  readonly keyName: string
}

/**
 * Moves the keystore of `from` to the root of `to`; both name the same folder.
 *
 * @throws CustodyError why one of the two does not open; CUSTODY_BOUND while a key that signs lives in the token
 */
export async function moveKeystore(from: CustodyOptions, to: CustodyOptions): Promise<Moved> {
  const { root } = await openRoot(to)
  // A backend that wraps and does not unwrap is found here, before anything changes.
  await root.seal('probe', Buffer.from('campanile keystore'))
  const { root: former } = await openRoot(from)
  const manifests = await openUnderEither(from, root)
  const manifest = await manifests.read()
  await refuseBound(from, to, {
    manifest,
    store: new SealedStore({ directory: from.directory, root: former, manifests }),
  })
  const fresh = makeStoreKey()
  const { storeKeys: before } = await manifests.change(
    ({ keys, storeKeys }) => ({ keys, storeKeys: [...storeKeys, fresh] }),
    root,
  )
  const { directory } = from
  const files = await sealAnew({ directory, present: former, before, fresh })
  await manifests.change((newest) => ({ ...newest, storeKeys: [fresh] }))
  return { files, backend: root.backend, keyName: root.keyName }
}

/** An interrupted move left the manifest under the new root already. */
async function openUnderEither(from: CustodyOptions, root: RootKey): Promise<ManifestFiles> {
  try {
    const { manifests } = await openSealed(from)
    await manifests.read()
    return manifests
  } catch (error) {
    if (!(error instanceof CustodyError)) throw error
    const moved = new ManifestFiles(from.directory, root)
    try {
      await moved.read()
    } catch {
      // What is wrong with the keystore is said by the root it is believed to be under.
      throw error
    }
    return moved
  }
}

interface Opened {
  readonly manifest: Manifest
  readonly store: SealedStore
}

async function refuseBound(from: CustodyOptions, to: CustodyOptions, opened: Opened): Promise<void> {
  const [source, target] = [from.backend, to.backend]
  if (source?.backend !== 'pkcs11') return
  if (target?.backend === 'pkcs11' && target.token === source.token && target.module === source.module) return
  for (const name of Object.keys(opened.manifest.keys)) {
    const make = () => Promise.reject(new Error('a listed key is not made'))
    const [newest] = await opened.store.open({ name, make })
    if (decodeTokenKey(newest.material) === undefined) continue
    throw new CustodyError('CUSTODY_BOUND', `${name} lives in the token: rotate it to a sealed file first`)
  }
}
