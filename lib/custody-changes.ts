/** What may be changed about a keystore while nobody uses it: a new version of a key, another passphrase. */
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { nextPassphraseFile, makerOf, openSealed, type CustodyOptions } from './custody.ts'
import { CustodyError } from './custody-errors.ts'
import { readIfPresent, refuseOpenMode, replaceFile } from './custody-files.ts'
import { keyFilePattern, type KeyState, type KeyVersion } from './custody-manifest.ts'
import {
  isFirstForm,
  makeStoreKey,
  otherBackend,
  Passphrase,
  type RootKey,
  sealFile,
  storeKeyIdOf,
  unsealFile,
  type StoreKey,
} from './custody-seal.ts'

export interface ListedKey {
  /** Name with its kind, `log-drill.ed25519`. */
  readonly name: string
  readonly versions: readonly KeyVersion[]
  /** Undefined when every version opens and is the one that was made. */
  readonly fault: string | undefined
}

/** Lists the keys of the manifest, each opened to see that it is there. */
export async function listKeys(options: CustodyOptions): Promise<ListedKey[]> {
  const { manifests, store } = await openSealed(options)
  const { keys } = await manifests.read()
  const listed: ListedKey[] = []
  for (const [name, versions] of Object.entries(keys).sort(([a], [b]) => (a < b ? -1 : 1))) {
    let fault: string | undefined
    try {
      await store.open({ name, make: () => Promise.reject(new Error('a listed key is not made')) })
    } catch (error) {
      if (!(error instanceof CustodyError)) throw error
      fault = error.code
    }
    listed.push({ name, versions, fault })
  }
  return listed
}

/**
 * Adds a version to a key; the ones before stay readable.
 *
 * @throws CustodyError CUSTODY_NO_KEY, or why the present version does not open
 */
export async function addKeyVersion(
  options: CustodyOptions,
  name: string,
  before: Exclude<KeyState, 'active'>,
): Promise<KeyVersion> {
  const { manifests, store, token } = await openSealed(options)
  if ((await manifests.read()).keys[name] === undefined) {
    throw new CustodyError('CUSTODY_NO_KEY', `found no key ${name.slice(0, 120)}`)
  }
  const present = await store.open({
    name,
    make: () => Promise.reject(new Error('a listed key is not made')),
  })
  return store.addVersion({ name, make: makerOf(name, present[0].material, token) }, before)
}

/**
 * Changes the passphrase and seals every key file anew under a store key that the old one never opened. A crash
 * at any point leaves a keystore that opens; running it again with the same new passphrase finishes it.
 *
 * @param newPassphraseFile mode 0600; removed by the caller when this has succeeded
 * @returns how many key files were sealed anew
 * @throws CustodyError CUSTODY_OTHER_BACKEND where no passphrase opens the keystore
 */
export async function changePassphrase(options: CustodyOptions, newPassphraseFile: string): Promise<number> {
  const { directory, passphraseFile, backend } = options
  if (backend !== undefined) throw otherBackend('the keystore', backend.backend, 'passphrase')
  await refuseOpenMode(newPassphraseFile)
  const text = (await readFile(newPassphraseFile, 'utf8')).trim()
  if (text.length < 16) {
    throw new CustodyError('CUSTODY_WEAK_PASSPHRASE', 'expected a passphrase of at least 16 characters')
  }
  const { manifests, root: present } = await openSealed(options)
  const before = (await manifests.read()).storeKeys
  const next = nextPassphraseFile(passphraseFile)
  await replaceFile(next, Buffer.from(`${text}\n`))
  const fresh = makeStoreKey()
  await manifests.change(
    (manifest) => ({ ...manifest, storeKeys: [...manifest.storeKeys, fresh] }),
    new Passphrase(text),
  )
  await replaceFile(passphraseFile, Buffer.from(`${text}\n`))
  await rm(next)
  const count = await sealAnew({ directory, present, before, fresh })
  await manifests.change((manifest) => ({ ...manifest, storeKeys: [fresh] }))
  return count
}

interface Resealing {
  readonly directory: string
  readonly present: RootKey
  readonly before: readonly StoreKey[]
  readonly fresh: StoreKey
}

/** Seals every key file under the fresh store key; those that are already stay. */
export async function sealAnew({ directory, present, before, fresh }: Resealing): Promise<number> {
  let count = 0
  for (const name of await readdir(directory)) {
    if (!keyFilePattern.test(name)) continue
    const path = join(directory, name)
    const file = await readIfPresent(path)
    if (file === undefined || storeKeyIdOf(file) === fresh.id) continue
    const material = isFirstForm(file) ? await present.unseal(name, file) : unsealFile(before, name, file)
    await replaceFile(path, sealFile(fresh, name, material), true)
    count += 1
  }
  return count
}
