/**
 * AWS KMS as the root of a keystore: GenerateDataKey and Decrypt with an encryption context, so that KMS itself
 * refuses a data key of another keystore and CloudTrail names the one that was opened. Credentials, region and
 * endpoint come from the SDK's default chain, never from a file of ours.
 */
import type { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms'
import { CustodyError, type CustodyCode } from './custody-errors.ts'
import type { DataKey, KeyWrapper } from './custody-root.ts'
import { messageOf } from './errors.ts'

export interface KmsOptions {
  readonly backend: 'kms'
  /** Id, ARN or alias of a symmetric key. */
  readonly keyId: string
  /** Name of the keystore in the encryption context: what a key policy can demand. */
  readonly keystore: string
}

/** The longest answer a healthy KMS takes is far below; the SDK asks three times. */
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000 }

/** Opens the client; the SDK is loaded only where it is configured. */
export async function openKms({ keyId, keystore }: KmsOptions): Promise<KeyWrapper> {
  const aws = await import('@aws-sdk/client-kms')
  const client = new aws.KMSClient({ requestHandler })
  const context = { application: 'campanile', keystore }
  const ask = async (command: GenerateDataKeyCommand | DecryptCommand): Promise<Answer> => {
    try {
      return answerOf(await client.send(command as GenerateDataKeyCommand))
    } catch (error) {
      throw error instanceof CustodyError ? error : custodyErrorOf(error, keyId)
    }
  }
  return {
    backend: 'kms',
    keyName: keyId,
    makeDataKey: async (): Promise<DataKey> => {
      const input = { KeyId: keyId, KeySpec: 'AES_256' as const, EncryptionContext: context }
      const { Plaintext: key, CiphertextBlob: wrapped } = await ask(new aws.GenerateDataKeyCommand(input))
      if (key?.length === 32 && wrapped !== undefined) return { key, wrapped }
      throw new CustodyError('CUSTODY_UNAVAILABLE', 'kms answered without a data key')
    },
    unwrap: async (wrapped) => {
      // The key is named: without that KMS would open with whichever key whoever wrote the file has chosen.
      const input = { KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: context }
      const { Plaintext: key } = await ask(new aws.DecryptCommand(input))
      if (key === undefined) throw new CustodyError('CUSTODY_UNAVAILABLE', 'kms answered without a key')
      return key
    },
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

interface Answer {
  readonly Plaintext: Buffer | undefined
  readonly CiphertextBlob: Buffer | undefined
}

function answerOf(answer: unknown): Answer {
  const read = (name: 'Plaintext' | 'CiphertextBlob') => {
    const value = memberOf(answer, name)
    return value instanceof Uint8Array ? Buffer.from(value) : undefined
  }
  return { Plaintext: read('Plaintext'), CiphertextBlob: read('CiphertextBlob') }
}

/** What the errors of the service mean (KMS API reference, GenerateDataKey and Decrypt). */
const codes: Readonly<Record<string, CustodyCode>> = {
  AccessDeniedException: 'CUSTODY_DENIED',
  UnrecognizedClientException: 'CUSTODY_DENIED',
  InvalidSignatureException: 'CUSTODY_DENIED',
  ExpiredTokenException: 'CUSTODY_DENIED',
  CredentialsProviderError: 'CUSTODY_DENIED',
  InvalidGrantTokenException: 'CUSTODY_DENIED',
  DisabledException: 'CUSTODY_KEY_DISABLED',
  KMSInvalidStateException: 'CUSTODY_KEY_DISABLED',
  NotFoundException: 'CUSTODY_KEY_DISABLED',
  InvalidKeyUsageException: 'CUSTODY_WRONG_KEY',
  IncorrectKeyException: 'CUSTODY_WRONG_KEY',
  InvalidCiphertextException: 'CUSTODY_WRONG_KEY',
}

function custodyErrorOf(error: unknown, keyId: string): CustodyError {
  const name = error instanceof Error ? error.name : 'unknown'
  const code = codes[name] ?? 'CUSTODY_UNAVAILABLE'
  return new CustodyError(code, `kms refused key ${keyId}: ${name}: ${messageOf(error)}`, { cause: error })
}
