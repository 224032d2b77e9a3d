/** Keys of certificates are long enough, and signatures use SHA-256 or better. */
import { attributeOf, knownValueOf, type Resource } from '../../evidence.ts'
import { parameterOf } from '../../parameters.ts'
import type { Control, Verdict } from '../control.ts'
import { certificatePart, isHandshake } from '../read/handshake.ts'
import { mended } from '../read/mend.ts'
import { environmentOf, ofType } from '../read/terraform.ts'
import { judgeBy, judgeValue, worstOf } from '../verdict.ts'
import { textOf } from '../text.ts'

const judge = judgeBy(
  'keys are RSA of 2048 bits, ECDSA of P-256, Ed25519 or better, and signatures SHA-256 or better',
  'make a new key: EC_prime256v1, or P256 for tls_private_key',
)

const isAcm = ofType('aws_acm_certificate')
const isKey = ofType('tls_private_key')
const key = (lines: string) => `resource "tls_private_key" "door" {\n${lines}\n}\n`

export const control: Control = {
  id: 'TLS-10',
  sources: ['http', 'terraform'],
  page: {
    why: 'A short key can be found by calculation, and a signature by SHA-1 can be forged; tls_private_key takes P224 unless it is told otherwise.',
    good: [{ file: 'main.tf', text: key('  algorithm   = "ECDSA"\n  ecdsa_curve = "P256"') }],
    bad: [{ file: 'main.tf', text: key('  algorithm = "RSA"\n  rsa_bits  = 1024') }],
  },
  applies: (resource) => isAcm(resource) || isKey(resource) || isHandshake(resource),
  check: (resource, evidence) => {
    const bits = parameterOf('TLS-10.bits', environmentOf(resource, evidence), evidence.parameters)
    if (isHandshake(resource)) return judgeShown(resource, bits)
    return isAcm(resource) ? judgeAcm(resource) : judgeKey(resource, bits)
  },
}

function judgeAcm(resource: Resource): Verdict {
  if (attributeOf(resource, 'certificate_body') !== undefined)
    return judge.unknown('it is uploaded: its key is not written here')
  const verdict = judgeValue(judge, resource, {
    path: 'key_algorithm',
    accepts: (value) => /^(RSA_(2048|3072|4096)|EC_(prime256v1|secp384r1|secp521r1))$/.test(textOf(value)),
    // RSA_2048 is the default (aws_acm_certificate, "key_algorithm").
    absent: 'pass',
  })
  return mended(verdict, { set: 'key_algorithm', to: 'EC_prime256v1' })
}

function judgeKey(resource: Resource, bits: number): Verdict {
  const algorithm = attributeOf(resource, 'algorithm')
  if (algorithm?.known !== true)
    return judge.unknown(`algorithm ${algorithm?.why ?? 'is not set'}`, algorithm)
  if (algorithm.value === 'ED25519') return judge.pass('algorithm is ED25519', algorithm)
  if (algorithm.value === 'RSA') {
    const verdict = judgeValue(judge, resource, {
      path: 'rsa_bits',
      accepts: (value) => Number(value) >= bits,
      // 2048 is the default (tls_private_key, "rsa_bits").
      absent: bits <= 2048 ? 'pass' : 'fail',
    })
    return mended(verdict, { set: 'rsa_bits', to: Math.max(bits, 2048) })
  }
  const verdict = judgeValue(judge, resource, {
    path: 'ecdsa_curve',
    accepts: (value) => ['P256', 'P384', 'P521'].includes(textOf(value)),
    // P224 is the default (tls_private_key, "ecdsa_curve").
    absent: 'fail',
  })
  return mended(verdict, { set: 'ecdsa_curve', to: 'P256' })
}

function judgeShown(resource: Resource, bits: number): Verdict {
  const signature = certificatePart(resource, 'signature')
  const type = certificatePart(resource, 'key.type')
  if (type?.known !== true) return judge.unknown(`the key ${type?.why ?? 'was not shown'}`)
  if (signature?.known !== true) return judge.unknown(`the signature ${signature?.why ?? 'was not shown'}`)
  const isOld = /md5|sha-?1(?!\d)/i.test(textOf(signature.value))
  const verdicts = [
    judgeStrength(resource, textOf(type.value), bits),
    isOld ? judge.fail(`the signature is ${textOf(signature.value)}`) : judge.pass(),
  ]
  return worstOf(verdicts, judge.unknown('no certificate was shown'))
}

function judgeStrength(resource: Resource, type: string, bits: number): Verdict {
  if (/^ed(25519|448)$/.test(type)) return judge.pass(`the key is ${type}`)
  if (type === 'ec') {
    const curve = textOf(knownValueOf(resource, 'certificate.key.curve'))
    return /^(prime256v1|secp(256k1|384r1|521r1)|brainpoolP(256|384|512)r1)$/.test(curve)
      ? judge.pass(`the key is ${curve}`)
      : judge.fail(`the key is ${curve === '' ? 'of no named curve' : curve}`)
  }
  const found = Number(knownValueOf(resource, 'certificate.key.bits') ?? 0)
  if (!type.startsWith('rsa')) return judge.fail(`the key is ${type}`)
  return found >= bits ? judge.pass(`the key has ${found} bits`) : judge.fail(`the key has ${found} bits`)
}
