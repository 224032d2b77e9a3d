/** The settings of key custody: which backend opens the keystore, and what that one is asked. */
import { choice, ConfigError, optionalText, text, type ConfigFault } from './config.ts'
import type { CustodyOptions } from './custody.ts'
import { backendNames, type BackendName } from './custody-seal.ts'

export const custodySettings = {
  custody: choice('CAMPANILE_CUSTODY', backendNames, 'passphrase'),
  /** Name of the keystore in the encryption context of KMS. */
  keystoreName: text('CAMPANILE_KEYSTORE_NAME', 'ledger'),
  kmsKeyId: optionalText('CAMPANILE_KMS_KEY_ID'),
  pkcs11Module: optionalText('CAMPANILE_PKCS11_MODULE'),
  pkcs11Token: optionalText('CAMPANILE_PKCS11_TOKEN'),
  /** CKA_ID of the RSA key that wraps, hex. */
  pkcs11KeyId: optionalText('CAMPANILE_PKCS11_KEY_ID'),
  /** File of mode 0600 that holds the PIN. */
  pkcs11PinFile: optionalText('CAMPANILE_PKCS11_PIN_FILE'),
  pkcs11OaepHash: choice('CAMPANILE_PKCS11_OAEP_HASH', ['sha256', 'sha1'], 'sha256'),
  /** Signing keys to be made in the token, which must know Ed25519: `log-*,anchor`. */
  pkcs11SigningKeys: text('CAMPANILE_PKCS11_SIGNING_KEYS', ''),
}

export interface CustodyValues {
  readonly custody: BackendName
  readonly keystoreName: string
  readonly kmsKeyId: string | undefined
  readonly pkcs11Module: string | undefined
  readonly pkcs11Token: string | undefined
  readonly pkcs11KeyId: string | undefined
  readonly pkcs11PinFile: string | undefined
  readonly pkcs11OaepHash: 'sha1' | 'sha256'
  readonly pkcs11SigningKeys: string
}

/**
 * Tells what opens the keystore; nothing for a passphrase.
 *
 * @throws ConfigError with everything the backend lacks
 */
export function backendOf(values: CustodyValues): Pick<CustodyOptions, 'backend'> {
  const faults: ConfigFault[] = []
  const needed = (key: string, value: string | undefined, form = /./): string => {
    if (value !== undefined && form.test(value)) return value
    faults.push({ source: 'environment', key, expected: `a value for custody by ${values.custody}` })
    return ''
  }
  const backend = readBackend(values, needed)
  if (faults.length > 0) throw new ConfigError(faults)
  return backend === undefined ? {} : { backend }
}

type Needed = (key: string, value: string | undefined, form?: RegExp) => string

function readBackend(values: CustodyValues, needed: Needed): CustodyOptions['backend'] {
  switch (values.custody) {
    case 'passphrase':
      return undefined
    case 'kms':
      return {
        backend: 'kms',
        keyId: needed('CAMPANILE_KMS_KEY_ID', values.kmsKeyId),
        keystore: values.keystoreName,
      }
    case 'pkcs11':
      return {
        backend: 'pkcs11',
        module: needed('CAMPANILE_PKCS11_MODULE', values.pkcs11Module),
        token: needed('CAMPANILE_PKCS11_TOKEN', values.pkcs11Token),
        keyId: needed('CAMPANILE_PKCS11_KEY_ID', values.pkcs11KeyId, /^(?:[0-9a-f]{2}){1,32}$/),
        pinFile: needed('CAMPANILE_PKCS11_PIN_FILE', values.pkcs11PinFile),
        oaepHash: values.pkcs11OaepHash,
        signingKeys: values.pkcs11SigningKeys.split(',').filter((name) => name !== ''),
      }
  }
}
