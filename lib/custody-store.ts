/** The sealed keys of one folder, whatever they are for: found, made where nothing remembers them, refused when lost. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { CustodyError } from './custody-errors.ts'
import { readIfPresent, replaceFile, writeOnce } from './custody-files.ts'
import { keyFilePattern, type KeyState, type KeyVersion, type ManifestFiles } from './custody-manifest.ts'
import { isFirstForm, sealFile, unsealFile, type RootKey, type StoreKey } from './custody-seal.ts'

/** One version of a key, opened. */
export interface OpenedKey {
  readonly version: number
  readonly state: KeyState
  readonly material: Buffer
}

export interface KeyRequest {
  /** Name with its kind, `log-drill.ed25519`. */
  readonly name: string
  readonly make: () => Promise<Buffer>
  /** True when something outside the keystore remembers the key: then it is not made. */
  readonly isKnown?: boolean | undefined
}

export interface SealedStoreOptions {
  readonly directory: string
  readonly root: RootKey
  readonly manifests: ManifestFiles
}

export class SealedStore {
  readonly #options: SealedStoreOptions

  constructor(options: SealedStoreOptions) {
    this.#options = options
  }

  /**
   * Opens every version of a key, newest first; makes the first one where neither manifest nor folder nor the
   * caller knows of any.
   *
   * @throws CustodyError CUSTODY_LOST, CUSTODY_SWAPPED, CUSTODY_CORRUPT or CUSTODY_BAD_NAME
   */
  async open({ name, make, isKnown = false }: KeyRequest): Promise<readonly [OpenedKey, ...OpenedKey[]]> {
    if (!keyFilePattern.test(name) || name.includes('~')) {
      throw new CustodyError('CUSTODY_BAD_NAME', `found key name ${JSON.stringify(name.slice(0, 120))}`)
    }
    const known = (await this.#options.manifests.read()).keys[name]
    const versions = known ?? (await this.#takeIn({ name, make, isKnown }))
    const opened: OpenedKey[] = []
    for (const each of versions) opened.unshift(await this.#openVersion(name, each))
    // A key in the manifest has at least one version.
    return opened as [OpenedKey, ...OpenedKey[]]
  }

  /**
   * Makes the next version of a key; the ones before stay readable.
   *
   * @param before what becomes of them
   * @throws CustodyError CUSTODY_NO_KEY when there is none to follow
   */
  async addVersion({ name, make }: KeyRequest, before: Exclude<KeyState, 'active'>): Promise<KeyVersion> {
    const { manifests } = this.#options
    const last = (await manifests.read()).keys[name]?.at(-1)
    if (last === undefined) throw new CustodyError('CUSTODY_NO_KEY', `found no key ${name.slice(0, 120)}`)
    const version = last.version + 1
    const material = await this.#write(fileOf(name, version), make)
    const added = versionOf(material, version)
    await manifests.change((manifest) => {
      const versions = manifest.keys[name] ?? []
      if (versions.some((each) => each.version === version)) return undefined
      // What was once called compromised stays so.
      const older = versions.map((each) => (each.state === 'active' ? { ...each, state: before } : each))
      return { ...manifest, keys: { ...manifest.keys, [name]: [...older, added] } }
    })
    return added
  }

  /** Brings a key the manifest does not know into it: one that is there, or a new one. */
  async #takeIn({ name, make, isKnown = false }: KeyRequest): Promise<readonly KeyVersion[]> {
    const there = await readIfPresent(join(this.#options.directory, name))
    if (there === undefined && isKnown) {
      throw new CustodyError('CUSTODY_LOST', `key ${name} is remembered and not here: restore a backup`)
    }
    const first = versionOf(await this.#write(name, make), 1)
    const { keys } = await this.#options.manifests.change((manifest) =>
      manifest.keys[name] === undefined
        ? { ...manifest, keys: { ...manifest.keys, [name]: [first] } }
        : undefined,
    )
    return keys[name] ?? [first]
  }

  /** Writes a new key unless one is there, and reads what is there: another process may have won. */
  async #write(file: string, make: () => Promise<Buffer>): Promise<Buffer> {
    const path = join(this.#options.directory, file)
    if ((await readIfPresent(path)) === undefined) {
      await writeOnce(path, sealFile(await this.#sealingKey(), file, await make()))
    }
    return this.#read(file)
  }

  async #openVersion(name: string, { version, state, fingerprint }: KeyVersion): Promise<OpenedKey> {
    const material = await this.#read(fileOf(name, version))
    if (fingerprintOf(material) !== fingerprint) {
      throw new CustodyError('CUSTODY_SWAPPED', `key ${name} version ${version} is another one than was made`)
    }
    return { version, state, material }
  }

  async #read(file: string): Promise<Buffer> {
    const { directory, root, manifests } = this.#options
    const path = join(directory, file)
    const sealed = await readIfPresent(path)
    if (sealed === undefined) {
      throw new CustodyError('CUSTODY_LOST', `key file ${file} is remembered and not here: restore a backup`)
    }
    if (!isFirstForm(sealed)) return unsealFile((await manifests.read()).storeKeys, file, sealed)
    const material = await root.unseal(file, sealed)
    await replaceFile(path, sealFile(await this.#sealingKey(), file, material), true)
    return material
  }

  async #sealingKey(): Promise<StoreKey> {
    // The manifest has at least one.
    return (await this.#options.manifests.read()).storeKeys.at(-1) as StoreKey
  }
}

/** Names the file of a version; the first has the plain name. */
export function fileOf(name: string, version: number): string {
  const dot = name.lastIndexOf('.')
  return version === 1 ? name : `${name.slice(0, dot)}~${version}${name.slice(dot)}`
}

function versionOf(material: Buffer, version: number): KeyVersion {
  return {
    version,
    fingerprint: fingerprintOf(material),
    state: 'active',
    since: new Date().toISOString(),
  }
}

function fingerprintOf(material: Buffer): string {
  return createHash('sha256').update('campanile/key/v1\0').update(material).digest('hex').slice(0, 32)
}
