/** Witnesses with keys of ML-DSA-44 from fixed seeds. */
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'
import { encodeVerifierKey } from '../../../audit/log/note.ts'
import type { TestSigner } from './cosigned-log.ts'

/** PKCS #8 header of a seed of ML-DSA-44 (RFC 9881 §6). */
const seedPrefix = Buffer.from('3034020100300b060960864801650304031104228020', 'hex')

/** Makes a witness whose key follows from a number. */
export function postQuantumSigner(name: string, seed: number): TestSigner {
  const der = Buffer.concat([seedPrefix, Buffer.alloc(32, seed)])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const publicKey = createPublicKey(privateKey)
  const vkey = encodeVerifierKey(name, publicKey, 'ml-dsa-44')
  return { name, publicKey, vkey, sign: (bytes) => sign(null, bytes, privateKey) }
}
