import { expect } from 'chai'
import { verifyCosignatures, parseCosignerKey } from '../../../audit/log/cosignature.ts'
import { emptyRoot, sha256 } from '../../../audit/log/hash.ts'
import { parseNote, signNote } from '../../../audit/log/note.ts'
import { parsePolicy } from '../../../audit/log/policy-file.ts'
import { parseCheckpoint, signCheckpoint } from '../../../audit/log/checkpoint.ts'
import { writeAddCheckpoint } from '../../../audit/log/witness-message.ts'
import { Witness, type WitnessAnswer } from '../../../audit/witness/witness.ts'
import { cosigned, TestLog, testSigner } from '../log/cosigned-log.ts'
import { MemoryNotes } from './memory-notes.ts'

const log = new TestLog(testSigner('peer.example/anchor', 1))
const secondKey = testSigner('peer.example/anchor', 2)
const fork = new TestLog(log.signer, 4)
const signer = testSigner('house.example/witness', 50, 'cosignature')
const policy = parsePolicy(Buffer.from(`log ${log.signer.vkey}\nlog ${secondKey.vkey}\nquorum none\n`))
const name = sha256(Buffer.from(log.signer.name)).toString('hex')

function openWitness(files = new MemoryNotes(), clock = { millis: 1_700_000_000_000 }) {
  return { files, clock, witness: new Witness({ signer, policy, files, nowMillis: () => clock.millis }) }
}

function request(from: number, to: number, of = log): string {
  return writeAddCheckpoint({ oldSize: from, path: of.consistency(from, to), note: of.checkpoint(to) })
}

async function statusOf(answer: Promise<WitnessAnswer>): Promise<string> {
  return (await answer).status
}

describe('a witness', () => {
  it('cosigns a log from its first checkpoint on, as long as it grows by itself', async () => {
    const { witness, files } = openWitness()
    for (const [from, to] of [
      [0, 3],
      [3, 3],
      [3, 8],
      [8, 300],
    ] as const) {
      const answer = await witness.addCheckpoint(request(from, to))
      if (answer.status !== 'cosigned') return expect.fail(answer.status)
      const signed = parseNote(log.checkpoint(to) + answer.lines)
      expect(verifyCosignatures(signed, [parseCosignerKey(witness.vkey)])[0]?.timeSeconds).to.equal(
        1_700_000_000,
      )
      expect(await witness.latest(name)).to.equal(log.checkpoint(to) + answer.lines)
      expect(files.written).to.equal(await witness.latest(name))
    }
  })

  it('tells the size it knows to whoever asks from another one', async () => {
    const { witness } = openWitness()
    expect(await witness.addCheckpoint(request(2, 5))).to.deep.equal({ status: 'conflict', size: 0 })
    await witness.addCheckpoint(request(0, 5))
    for (const from of [0, 3, 6]) {
      expect(await witness.addCheckpoint(request(from, 9))).to.deep.equal({ status: 'conflict', size: 5 })
    }
    expect(await witness.addCheckpoint(request(3, 4))).to.deep.equal({ status: 'conflict', size: 5 })
  })

  it('refuses a fork, another root of the same size and proofs that do not fit', async () => {
    const { witness } = openWitness()
    await witness.addCheckpoint(request(0, 5))
    const note = log.checkpoint(9)
    const refused = [
      request(5, 9, fork),
      request(5, 5, fork),
      writeAddCheckpoint({ oldSize: 5, path: [], note }),
      writeAddCheckpoint({ oldSize: 5, path: log.consistency(4, 9), note }),
      writeAddCheckpoint({ oldSize: 5, path: log.consistency(5, 9), note: fork.checkpoint(9) }),
    ]
    for (const body of refused) expect(await statusOf(witness.addCheckpoint(body))).to.equal('inconsistent')
    expect(parseCheckpoint(parseNote((await witness.latest(name)) ?? '').text).size).to.equal(5)
  })

  it('refuses a proof where none belongs and an empty tree with a root', async () => {
    const { witness } = openWitness()
    const proof = writeAddCheckpoint({ oldSize: 0, path: [log.leaf(0)], note: log.checkpoint(3) })
    expect(await statusOf(witness.addCheckpoint(proof))).to.equal('inconsistent')
    const rooted = signCheckpoint({ origin: log.signer.name, size: 0, root: log.leaf(0) }, log.signer)
    const body = writeAddCheckpoint({ oldSize: 0, path: [], note: rooted })
    expect(await statusOf(witness.addCheckpoint(body))).to.equal('inconsistent')
    expect(log.root(0).equals(emptyRoot)).to.equal(true)
    expect(await statusOf(witness.addCheckpoint(request(0, 0)))).to.equal('cosigned')
  })

  it('knows configured origins and their keys only', async () => {
    const { witness } = openWitness()
    const stranger = new TestLog(testSigner('stranger.example', 3))
    expect(await statusOf(witness.addCheckpoint(request(0, 3, stranger)))).to.equal('unknown_origin')
    const imposter = new TestLog(testSigner(log.signer.name, 4))
    expect(await statusOf(witness.addCheckpoint(request(0, 3, imposter)))).to.equal('unsigned')
    const damaged = request(0, 3).replace(/(— \S+ .{20})./, '$1z')
    expect(['unsigned', 'malformed']).to.include(await statusOf(witness.addCheckpoint(damaged)))
    expect(await statusOf(witness.addCheckpoint(request(0, 3, new TestLog(secondKey))))).to.equal('cosigned')
    expect(await witness.latest(sha256(Buffer.from('stranger.example')).toString('hex'))).to.equal(undefined)
  })

  it('refuses what is no request, an old size above the new one and checkpoints with extensions', async () => {
    const { witness } = openWitness()
    const extended = signNote(`${log.signer.name}\n0\n${emptyRoot.toString('base64')}\nmore\n`, log.signer)
    const above = writeAddCheckpoint({ oldSize: 9, path: [], note: log.checkpoint(3) })
    const refused = [
      '',
      'old 0\n\nnothing',
      above,
      writeAddCheckpoint({ oldSize: 0, path: [], note: extended }),
    ]
    for (const body of refused)
      expect(await statusOf(witness.addCheckpoint(body)), body).to.equal('malformed')
  })

  it('keeps no line it did not verify: a forged one in its own name is not repeated', async () => {
    const { witness, files } = openWitness()
    const forged = cosigned(log.checkpoint(3), [testSigner(signer.name, 51, 'cosignature')])
    const body = writeAddCheckpoint({ oldSize: 0, path: [], note: forged })
    expect(await statusOf(witness.addCheckpoint(body))).to.equal('cosigned')
    expect(parseNote(files.written ?? '').signatures).to.have.length(2)
  })

  it('lets one of many that extend the same size through, whatever their order', async () => {
    const { witness } = openWitness()
    await witness.addCheckpoint(request(0, 5))
    const answers = await Promise.all([9, 6, 12, 7, 8].map((to) => witness.addCheckpoint(request(5, to))))
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([
      'conflict',
      'conflict',
      'conflict',
      'conflict',
      'cosigned',
    ])
    expect(parseCheckpoint(parseNote((await witness.latest(name)) ?? '').text).size).to.equal(9)
  })

  it('lets no more wait than a disk can serve', async () => {
    const { witness } = openWitness()
    const answers = await Promise.all(Array.from({ length: 60 }, () => witness.addCheckpoint(request(0, 3))))
    expect(answers.filter(({ status }) => status === 'busy').length).to.equal(28)
    expect(await statusOf(witness.addCheckpoint(request(3, 4)))).to.equal('cosigned')
  })

  it('says nothing when it could not keep what it would say', async () => {
    const { witness, files } = openWitness()
    files.failure = new Error('the disk is full')
    const answer = await witness.addCheckpoint(request(0, 3)).catch((error: unknown) => error)
    expect(answer).to.equal(files.failure)
    files.failure = undefined
    expect(await statusOf(witness.addCheckpoint(request(0, 3)))).to.equal('cosigned')
  })

  it('cosigns nothing of a log whose state is damaged', async () => {
    const { witness, files } = openWitness()
    await witness.addCheckpoint(request(0, 5))
    files.damage((note) => note.replace('\n5\n', '\n3\n'))
    const answer = await witness.addCheckpoint(request(3, 6)).catch((error: unknown) => error)
    expect(answer).to.have.property('code', 'AUDIT_NOTE_BAD_SIGNATURE')
  })

  it('dates no cosignature before the one it follows', async () => {
    const { witness, clock } = openWitness()
    await witness.addCheckpoint(request(0, 3))
    clock.millis -= 60_000
    await witness.addCheckpoint(request(3, 4))
    const signed = parseNote((await witness.latest(name)) ?? '')
    expect(verifyCosignatures(signed, [parseCosignerKey(witness.vkey)])[0]?.timeSeconds).to.equal(
      1_700_000_000,
    )
  })
})
