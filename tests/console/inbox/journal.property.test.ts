import { expect } from 'chai'
import fc from 'fast-check'
import {
  applyChange,
  emptyInbox,
  type InboxChange,
  type InboxState,
} from '../../../console/inbox/incident.ts'
import { openJournal, type JournalFault } from '../../../console/inbox/journal.ts'
import { eventually } from '../../support/poll.ts'
import { propertyRuns } from '../../support/property.ts'
import { change } from './events.ts'
import { MemoryFiles } from './memory-files.ts'

const changes = fc.array(
  fc
    .record({
      kind: fc.constantFrom('trigger', 'trigger', 'acknowledge', 'resolve'),
      key: fc.constantFrom('a', 'b', 'c', 'd'),
    })
    .map(({ kind, key }) => change(kind, key)),
  { minLength: 1, maxLength: 60 },
)
const crash = fc.record({ steps: fc.nat({ max: 40 }), written: fc.double({ min: 0, max: 1, noNaN: true }) })

const quiet = () => undefined
/** So small that files are compacted every few changes. */
const compactBytes = 1_500

function plain({ incidents, open, nextId }: InboxState) {
  return { incidents: [...incidents], open: new Map(open), nextId }
}

/** Writes until the power fails; answers what was acknowledged, and what was under way. */
async function writeUntilCrash(files: MemoryFiles, list: readonly InboxChange[]) {
  const acknowledged: InboxChange[] = []
  const journal = await openJournal({ files, onFault: quiet, compactBytes }).catch(() => undefined)
  if (journal === undefined) return { acknowledged, failed: undefined }
  for (const next of list) {
    try {
      await journal.write(next)
      acknowledged.push(next)
    } catch {
      return { acknowledged, failed: next }
    }
  }
  return { acknowledged, failed: undefined }
}

describe('the journal of the inbox', () => {
  it('loses no acknowledged change at any crash point, and invents none', async () => {
    await fc.assert(
      fc.asyncProperty(changes, crash, async (list, point) => {
        const files = new MemoryFiles()
        files.crashAt(point)
        const { acknowledged, failed } = await writeUntilCrash(files, list)
        files.restart()
        const again = await openJournal({ files, onFault: quiet, compactBytes })
        const expected = acknowledged.reduce(applyChange, emptyInbox)
        const possible = [expected, ...(failed === undefined ? [] : [applyChange(expected, failed)])]
        expect(possible.map(plain)).to.deep.include(plain(again.state()))
      }),
      propertyRuns({ ci: 300, soak: 20_000 }),
    )
  })

  it('goes on after a crash as if there had been none', async () => {
    await fc.assert(
      fc.asyncProperty(changes, changes, crash, async (before, later, point) => {
        const files = new MemoryFiles()
        files.crashAt(point)
        await writeUntilCrash(files, before)
        files.restart()
        const second = await openJournal({ files, onFault: quiet, compactBytes })
        const expected = later.reduce(applyChange, second.state())
        for (const next of later) await second.write(next)
        const third = await openJournal({ files, onFault: quiet, compactBytes })
        expect(plain(third.state())).to.deep.equal(plain(expected))
      }),
      propertyRuns({ ci: 200, soak: 10_000 }),
    )
  })

  it('goes on after a write that failed while the machine stayed on', async () => {
    await fc.assert(
      fc.asyncProperty(changes, crash, async (list, point) => {
        const files = new MemoryFiles()
        const journal = await openJournal({ files, onFault: quiet, compactBytes })
        let expected = emptyInbox
        files.crashAt(point)
        for (const next of list) {
          const isWritten = await journal.write(next).then(
            () => true,
            () => false,
          )
          if (isWritten) expected = applyChange(expected, next)
          else files.restart()
        }
        files.restart()
        await journal.write(change('trigger', 'last'))
        expected = applyChange(expected, change('trigger', 'last'))
        const again = await openJournal({ files, onFault: quiet, compactBytes })
        expect(plain(again.state())).to.deep.equal(plain(expected))
      }),
      propertyRuns({ ci: 200, soak: 10_000 }),
    )
  })

  it('keeps what it takes after a new file failed that is there all the same', async () => {
    const files = new MemoryFiles()
    const faults: JournalFault[] = []
    const journal = await openJournal({ files, onFault: (fault) => faults.push(fault), compactBytes: 1 })
    const create = files.create
    files.create = async (name, bytes) => {
      await create(name, bytes)
      throw new Error('the folder could not be synced')
    }
    await journal.write(change('trigger', 'a'))
    await eventually('the new file failed', () => faults.length === 1)
    files.create = () => Promise.reject(new Error('the disk is full'))
    await journal.write(change('trigger', 'b'))
    await journal.close()
    expect(faults).to.deep.equal(['not_compacted', 'not_compacted'])
    files.create = create
    const again = await openJournal({ files, onFault: quiet })
    expect([...again.state().open.keys()]).to.deep.equal(['a', 'b'])
  })

  it('cuts a torn tail and counts it', async () => {
    const files = new MemoryFiles()
    const journal = await openJournal({ files, onFault: quiet })
    await journal.write(change('trigger', 'a'))
    const [name = ''] = files.content.keys()
    await files.append(name, Buffer.from('00000000 {"kind":"trig'))
    const faults: JournalFault[] = []
    const again = await openJournal({ files, onFault: (fault) => faults.push(fault) })
    expect(faults).to.deep.equal(['tail_cut'])
    expect(again.state().incidents.size).to.equal(1)
  })

  it('leaves out a damaged line between whole ones and counts it', async () => {
    const files = new MemoryFiles()
    const journal = await openJournal({ files, onFault: quiet })
    for (const key of ['a', 'b', 'c']) await journal.write(change('trigger', key))
    const [[name, bytes] = ['', Buffer.alloc(0)]] = files.content
    const damaged = Buffer.from(bytes)
    damaged.write('X', damaged.indexOf('"b"'))
    files.content.set(name, damaged)
    const faults: [JournalFault, number][] = []
    const again = await openJournal({ files, onFault: (fault, count) => faults.push([fault, count]) })
    expect(faults).to.deep.equal([['line_invalid', 1]])
    expect([...again.state().open.keys()]).to.deep.equal(['a', 'c'])
  })

  it('keeps one file of bounded size however long it lives', async () => {
    const files = new MemoryFiles()
    const journal = await openJournal({ files, onFault: quiet, compactBytes })
    for (let at = 0; at < 600; at++) await journal.write(change(at % 2 === 0 ? 'trigger' : 'resolve', 'a'))
    expect(files.content.size).to.equal(1)
  })

  it('writes changes that arrive together with one sync', async () => {
    const files = new MemoryFiles()
    const journal = await openJournal({ files, onFault: quiet })
    let appends = 0
    const append = files.append
    files.append = (name, bytes) => {
      appends++
      return append(name, bytes)
    }
    await Promise.all(Array.from({ length: 100 }, (_, at) => journal.write(change('trigger', `key ${at}`))))
    expect(appends).to.be.at.most(2)
    expect(journal.state().open.size).to.equal(100)
  })
})
