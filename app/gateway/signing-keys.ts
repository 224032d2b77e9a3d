/**
 * The generations of the key of access tokens: `jwt-1`, `jwt-2` and so on in custody, the highest one signs.
 * The one before stays published until the last token it signed has expired.
 */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Custody, RsaKey } from '../../lib/custody.ts'
import { accessTokenSeconds } from '../door/principal.ts'

/** Newest first; reads the keystore at each call. */
export type SigningKeys = () => Promise<readonly [RsaKey, ...RsaKey[]]>

export interface Keystore {
  readonly directory: string
  readonly custody: Custody
}

/** A running gateway finds a new generation within 15 s; the rest is for clocks. */
const graceSeconds = 60

/** Opens the keys that are published now; makes the first one where there is none. */
export function signingKeys({
  directory,
  custody,
  nowMillis,
}: Keystore & { readonly nowMillis: () => number }): SigningKeys {
  /** Opening one costs a key derivation, so each is opened once. */
  const opened = new Map<number, Promise<RsaKey>>()
  const open = (generation: number) => {
    const key = opened.get(generation) ?? custody.rsaKey(nameOf(generation))
    opened.set(generation, key)
    return key
  }
  return async () => {
    const [newest = 1, previous] = await generationsIn(directory)
    const key = await open(newest)
    const { mtimeMs } = await stat(join(directory, fileOf(newest)))
    const isOver = nowMillis() - mtimeMs > (accessTokenSeconds + graceSeconds) * 1_000
    return previous === undefined || isOver ? [key] : [key, await open(previous)]
  }
}

/** Makes the next generation and answers its name; the running gateway signs with it from its next sweep. */
export async function addSigningKey({ directory, custody }: Keystore): Promise<string> {
  const [newest = 0] = await generationsIn(directory)
  const name = nameOf(newest + 1)
  await custody.rsaKey(name)
  return name
}

/** Lists the generations, newest first. */
async function generationsIn(directory: string): Promise<readonly number[]> {
  const numbers = (await readdir(directory)).flatMap((file) => {
    const found = file === fileOf(0) ? '0' : /^jwt-(\d{1,6})[.]rsa$/.exec(file)?.[1]
    return found === undefined ? [] : [Number(found)]
  })
  return numbers.sort((a, b) => b - a)
}

/** Generation 0 is the key from before generations had numbers. */
function nameOf(generation: number): string {
  return generation === 0 ? 'access-token' : `jwt-${generation}`
}

function fileOf(generation: number): string {
  return `${nameOf(generation)}.rsa`
}
