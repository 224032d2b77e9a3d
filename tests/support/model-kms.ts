/**
 * A model of AWS KMS on loopback: what GenerateDataKey and Decrypt answer (KMS API reference), with the checks they
 * make. It refuses requests that the service would refuse: unknown members, another key, another encryption context.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import Type from 'typebox'
import { validator } from '../../lib/validate.ts'

const Context = Type.Record(Type.String(), Type.String())
const Base64 = Type.String({ pattern: '^[A-Za-z0-9+/]+={0,2}$' })
const closed = { additionalProperties: false }
const shapes = {
  GenerateDataKey: validator(
    Type.Object(
      { KeyId: Type.String(), KeySpec: Type.Literal('AES_256'), EncryptionContext: Context },
      closed,
    ),
  ),
  Decrypt: validator(
    Type.Object({ KeyId: Type.String(), CiphertextBlob: Base64, EncryptionContext: Context }, closed),
  ),
}
type Operation = keyof typeof shapes

/** Credentials that the model knows. */
const accessKeyId = 'AKIDEXAMPLE'

interface ModelKey {
  readonly secret: Buffer
  state: 'enabled' | 'disabled' | 'pending deletion'
}

export interface ModelKms {
  /** What the SDK's default chain reads: region, endpoint, credentials. */
  readonly environment: Readonly<Record<string, string>>
  readonly setState: (keyId: string, state: ModelKey['state']) => void
  /** The next so many requests are asked to come later. */
  readonly throttle: (count: number) => void
  /** Operations that were answered, in order. */
  readonly answered: () => readonly Operation[]
  readonly close: () => Promise<void>
}

class Refusal extends Error {}

/** Starts a model with these keys, all enabled. */
export async function startModelKms(keyIds: readonly string[]): Promise<ModelKms> {
  const keys = new Map<string, ModelKey>(
    keyIds.map((id) => [id, { secret: randomBytes(32), state: 'enabled' }]),
  )
  const answered: Operation[] = []
  let throttled = 0
  // A connection that is closed while a request is on its way to it would cost a try.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
    const take = (body: string) => {
      try {
        if (throttled-- > 0) throw new Refusal('ThrottlingException')
        const operation = operationOf(request.headers['x-amz-target'], request.headers.authorization)
        const output = operations[operation](keys, checked(operation, body))
        answered.push(operation)
        answer(200, output)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        answer(400, { __type: error.message, message: 'refused by the model' })
      }
    }
    // Of a client that was killed in the middle of its request there is nobody to answer.
    text(request).then(take, () => response.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    environment: {
      AWS_REGION: 'eu-central-1',
      AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'a secret of the example',
    },
    setState: (keyId, state) => (keyOf(keys, keyId).state = state),
    throttle: (count) => (throttled = count),
    answered: () => answered,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function operationOf(target: unknown, authorization: string | undefined): Operation {
  const signed = new RegExp(
    `^AWS4-HMAC-SHA256 Credential=${accessKeyId}/[0-9]{8}/eu-central-1/kms/aws4_request, `,
  )
  if (!signed.test(authorization ?? '')) throw new Refusal('UnrecognizedClientException')
  const operation = /^TrentService[.](GenerateDataKey|Decrypt)$/.exec(String(target))?.[1]
  if (operation === 'GenerateDataKey' || operation === 'Decrypt') return operation
  throw new Refusal('UnknownOperationException')
}

interface Input {
  readonly KeyId: string
  readonly EncryptionContext: Readonly<Record<string, string>>
  readonly CiphertextBlob?: string
}

function checked(operation: Operation, body: string): Input {
  const outcome = shapes[operation](JSON.parse(body))
  if (outcome.valid) return outcome.value
  throw new Refusal('ValidationException')
}

type Keys = ReadonlyMap<string, ModelKey>

function keyOf(keys: Keys, id: string): ModelKey {
  const key = keys.get(id)
  if (key === undefined) throw new Refusal('NotFoundException')
  return key
}

function usable(keys: Keys, id: string): ModelKey {
  const key = keyOf(keys, id)
  if (key.state === 'disabled') throw new Refusal('DisabledException')
  if (key.state === 'pending deletion') throw new Refusal('KMSInvalidStateException')
  return key
}

/** The context in one order: it is a set of pairs. */
function aad({ EncryptionContext }: Input): Buffer {
  const pairs = Object.entries(EncryptionContext).sort(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.from(JSON.stringify(pairs))
}

const operations: Readonly<Record<Operation, (keys: Keys, input: Input) => object>> = {
  GenerateDataKey: (keys, input) => {
    const plain = randomBytes(32)
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', usable(keys, input.KeyId).secret, nonce).setAAD(aad(input))
    const sealed = Buffer.concat([cipher.update(plain), cipher.final()])
    const blob = Buffer.concat([Buffer.from(input.KeyId.padEnd(64)), nonce, cipher.getAuthTag(), sealed])
    return {
      KeyId: input.KeyId,
      Plaintext: plain.toString('base64'),
      CiphertextBlob: blob.toString('base64'),
    }
  },
  Decrypt: (keys, input) => {
    const blob = Buffer.from(input.CiphertextBlob ?? '', 'base64')
    const { secret } = usable(keys, input.KeyId)
    if (blob.subarray(0, 64).toString().trimEnd() !== input.KeyId) throw new Refusal('IncorrectKeyException')
    const decipher = createDecipheriv('aes-256-gcm', secret, blob.subarray(64, 76)).setAAD(aad(input))
    decipher.setAuthTag(blob.subarray(76, 92))
    try {
      const plain = Buffer.concat([decipher.update(blob.subarray(92)), decipher.final()])
      return { KeyId: input.KeyId, Plaintext: plain.toString('base64') }
    } catch {
      throw new Refusal('InvalidCiphertextException')
    }
  },
}
