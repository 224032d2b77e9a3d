import { expect } from 'chai'
import fc from 'fast-check'
import { AuditError } from '../../../audit/log/errors.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import {
  parseAddCheckpoint,
  parseSize,
  writeAddCheckpoint,
  writeSize,
} from '../../../audit/log/witness-message.ts'
import { propertyRuns } from '../../support/property.ts'
import { TestLog, testSigner } from './cosigned-log.ts'

const log = new TestLog(testSigner('house.example/anchor', 1))
const body = writeAddCheckpoint({ oldSize: 5, path: log.consistency(5, 12), note: log.checkpoint(12) })

function isRefused(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch (error) {
    expect(error).to.be.instanceOf(AuditError)
    return true
  }
}

describe('messages between logs and witnesses', () => {
  it('read as they were written', () => {
    const { oldSize, path, note, checkpoint } = parseAddCheckpoint(body)
    expect(writeAddCheckpoint({ oldSize, path, note })).to.equal(body)
    expect(oldSize).to.equal(5)
    expect(checkpoint.size).to.equal(12)
    expect(parseSize(writeSize(20_852_163))).to.equal(20_852_163)
  })

  it('are refused where they are none', () => {
    const refused = [
      '',
      'old 0\n',
      body.replace('old 5', 'old 05'),
      body.replace('old 5', 'old'),
      body.replace('old 5', 'older 5'),
      body.replace('old 5', `old 5${`\n${Buffer.alloc(32).toString('base64')}`.repeat(64)}`),
      body.replace('old 5', 'old 5\nAAAA'),
      body.replace('\n12\n', '\n12 \n'),
      body.slice(0, -1),
    ]
    for (const each of refused)
      expect(
        isRefused(() => parseAddCheckpoint(each)),
        each,
      ).to.equal(true)
    for (const each of ['', '7', '07\n', '7\n\n', '-1\n', '9007199254740993\n', '1e3\n']) {
      expect(
        isRefused(() => parseSize(each)),
        each,
      ).to.equal(true)
    }
  })

  it('are refused with a code whatever the bytes', () => {
    const pieces = body.split(/(?<=\n)/)
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 14 })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        isRefused(() => parseAddCheckpoint(text))
        isRefused(() => parseSize(text))
        isRefused(() => parsePolicy(Buffer.from(text)))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })

  it('leave policies of random words and bytes refused with a code', () => {
    const words = fc.constantFrom(
      'log',
      'witness',
      'group',
      'quorum',
      'none',
      'any',
      'all',
      '1',
      'w',
      ' ',
      '\n',
      log.signer.vkey,
    )
    const files = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.array(words, { maxLength: 30 }).map((parts) => Buffer.from(parts.join(' '))),
    )
    fc.assert(
      fc.property(files, (file) => {
        isRefused(() => parsePolicy(file))
      }),
      propertyRuns({ ci: 500, soak: 50_000 }),
    )
  })
})
