/**
 * What a keystore remembers of its keys: names, versions and fingerprints, sealed under the root key together
 * with the keys its files are sealed under. Every change is a new generation, `manifest.000007`, linked into
 * place: two processes cannot both write the same one, and a crash leaves the old one or the new one.
 */
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Type, { type Static } from 'typebox'
import { CustodyError } from './custody-errors.ts'
import { readIfPresent, writeOnce } from './custody-files.ts'
import { isPresentForm, makeStoreKey, type RootKey, type StoreKey } from './custody-seal.ts'
import { validator } from './validate.ts'

const states = ['active', 'retired', 'compromised'] as const
export type KeyState = (typeof states)[number]

const KeyVersion = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    /** SHA-256 of the key under a domain of its own, first 16 bytes, hex. */
    fingerprint: Type.String({ pattern: '^[0-9a-f]{32}$' }),
    state: Type.Unsafe<KeyState>({ type: 'string', enum: states }),
    /** When it came into the manifest, RFC 3339. */
    since: Type.String(),
  },
  { additionalProperties: false },
)
export type KeyVersion = Static<typeof KeyVersion>

const ManifestFile = Type.Object(
  {
    storeKeys: Type.Array(
      Type.Object(
        { id: Type.String({ pattern: '^[0-9a-f]{16}$' }), key: Type.String() },
        { additionalProperties: false },
      ),
      { minItems: 1 },
    ),
    /** By name with its kind; versions in order. */
    keys: Type.Record(Type.String(), Type.Array(KeyVersion, { minItems: 1 })),
  },
  { additionalProperties: false },
)

export interface Manifest {
  /** The last one seals; others remain while files are sealed anew. */
  readonly storeKeys: readonly StoreKey[]
  readonly keys: Readonly<Record<string, readonly KeyVersion[]>>
}

interface Generation {
  readonly number: number
  readonly manifest: Manifest
}

const validate = validator(ManifestFile)
const sealedName = 'manifest'
/** More generations than any race of processes leaves behind; beyond it something else is wrong. */
const maxAttempts = 1_000

export const keyFilePattern = /^([a-z][a-z0-9._-]{0,99}?)(?:~([0-9]{1,6}))?[.](ed25519|ml-dsa-44|rsa|secret)$/

export class ManifestFiles {
  readonly #directory: string
  #root: RootKey
  /** The generation read or written last; a newer file replaces it. */
  #last: Generation | undefined

  constructor(directory: string, root: RootKey) {
    this.#directory = directory
    this.#root = root
  }

  /**
   * Reads the newest generation; where there is none and no key either, begins.
   *
   * @throws CustodyError CUSTODY_LOST when keys are there and their manifest is not
   */
  async read(): Promise<Manifest> {
    return (await this.#newest()).manifest
  }

  /**
   * Replaces the manifest by what `edit` makes of the newest; undefined leaves it. May call `edit` again when
   * another process was first.
   *
   * @param root seals from now on
   */
  async change(
    edit: (manifest: Manifest) => Manifest | undefined,
    root: RootKey = this.#root,
  ): Promise<Manifest> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const { number, manifest } = await this.#newest()
      const next = edit(manifest)
      if (next === undefined) return manifest
      if (await this.#write({ number: number + 1, manifest: next }, root)) {
        this.#root = root
        return next
      }
    }
    throw new CustodyError('CUSTODY_CORRUPT', 'the manifest changes too often to be changed')
  }

  async #newest(): Promise<Generation> {
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      const [number] = await this.#generations()
      if (number === undefined) return this.#begin()
      if (number === this.#last?.number) return this.#last
      const file = await readIfPresent(join(this.#directory, nameOf(number)))
      // A newer one came between.
      if (file === undefined) continue
      this.#last = { number, manifest: parse(await this.#root.unseal(sealedName, file)) }
      return this.#last
    }
    throw new CustodyError('CUSTODY_CORRUPT', 'the manifest changes too often to be read')
  }

  async #begin(): Promise<Generation> {
    for (const name of await readdir(this.#directory)) {
      if (!keyFilePattern.test(name)) continue
      const file = await readIfPresent(join(this.#directory, name))
      // Keys from before there were manifests are taken in as they are opened.
      if (file !== undefined && isPresentForm(file) && (await this.#generations()).length === 0) {
        throw new CustodyError('CUSTODY_LOST', 'keys are here and their manifest is not: restore a backup')
      }
    }
    const first = { number: 1, manifest: { storeKeys: [makeStoreKey()], keys: {} } }
    await this.#write(first, this.#root)
    return this.#newest()
  }

  /** Writes a generation and removes older ones; false when another process wrote it. */
  async #write(generation: Generation, root: RootKey): Promise<boolean> {
    const { number, manifest } = generation
    const path = join(this.#directory, nameOf(number))
    const sealed = await root.seal(sealedName, Buffer.from(serialise(manifest)))
    if (!(await writeOnce(path, sealed))) return false
    const [newest = number, ...older] = await this.#generations()
    if (newest !== number) {
      // Its number was free only because newer ones had already replaced the one that had it.
      await rm(path, { force: true })
      return false
    }
    for (const each of older) await rm(join(this.#directory, nameOf(each)), { force: true })
    this.#last = generation
    return true
  }

  /** Lists the generations that are there, newest first. */
  async #generations(): Promise<number[]> {
    const names = await readdir(this.#directory)
    const numbers = names.flatMap((name) => {
      const digits = /^manifest[.]([0-9]{6,12})$/.exec(name)?.[1]
      return digits === undefined ? [] : [Number(digits)]
    })
    return numbers.sort((a, b) => b - a)
  }
}

/** Seals a manifest's file under another root, for a backup that opens without the present one. */
export async function resealManifest(file: Buffer, from: RootKey, to: RootKey): Promise<Buffer> {
  return to.seal(sealedName, await from.unseal(sealedName, file))
}

function nameOf(number: number): string {
  return `manifest.${String(number).padStart(6, '0')}`
}

function serialise({ storeKeys, keys }: Manifest): string {
  const encoded = storeKeys.map(({ id, key }) => ({ id, key: key.toString('base64') }))
  return JSON.stringify({ storeKeys: encoded, keys })
}

function parse(bytes: Buffer): Manifest {
  const outcome = validate(JSON.parse(bytes.toString()))
  if (!outcome.valid) throw new CustodyError('CUSTODY_CORRUPT', 'the manifest has another shape')
  const { storeKeys, keys } = outcome.value
  return { storeKeys: storeKeys.map(({ id, key }) => ({ id, key: Buffer.from(key, 'base64') })), keys }
}
