import { expect } from 'chai'
import { Refusal } from '../../../lib/refusal.ts'
import type { CommandBody, DisclosureBody, OpenEntryBody } from '../../../contracts/record.ts'
import { aDisclosure } from './record-client.ts'
import { memoryBooks } from './memory-book.ts'

const id = '6e1f0c1e-6d7e-4e0b-9f5e-2a54f6d1b001'
const opening: OpenEntryBody = {
  id,
  time: '2026-09-01T08:00:00.000Z',
  actor: 'registrar-1',
  facts: { scope: 'tenant' },
  personal: { legalCase: { reference: '26-CV-1', relevance: 'everything' } },
}
const approval: CommandBody = { time: '2026-09-01T09:00:00.000Z', actor: 'counsel-1' }
const approve = { register: 'hold', id, command: 'approve' } as const

/** Tells how a promise failed: a refusal by its code, anything else by its message. */
async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work
    return 'done'
  } catch (error) {
    return error instanceof Refusal ? error.code : (error as Error).message
  }
}

describe('the books of the record', () => {
  for (const failing of ['append', 'write'] as const) {
    it(`finish a change that broke off at its ${failing} when the same comes again, with one event of it`, async () => {
      const books = memoryBooks()
      books.failNext = failing
      expect(await failureOf(books.registers.open('drill', 'hold', opening))).to.equal(`${failing} failed`)
      expect(books.entries.size).to.equal(0)
      await books.registers.open('drill', 'hold', opening)
      books.failNext = failing
      expect(await failureOf(books.registers.change('drill', approve, approval))).to.equal(
        `${failing} failed`,
      )
      const placed = await books.registers.change('drill', approve, approval)
      expect(placed).to.include({ state: 'placed', revision: 2 })
      expect(books.events.map(({ facts }) => [facts.action, facts.state])).to.deep.equal([
        ['register.opened', 'proposed'],
        ['register.changed', 'placed'],
      ])
    })
  }

  it('let one of many commands at once change an entry', async () => {
    const books = memoryBooks()
    await books.registers.open('drill', 'hold', opening)
    const works = Array.from({ length: 10 }, (_, at) =>
      failureOf(books.registers.change('drill', approve, { ...approval, actor: `counsel-${at}` })),
    )
    const outcomes = await Promise.all(works)
    expect(outcomes.filter((outcome) => outcome === 'done')).to.have.length(1)
    expect(outcomes.filter((outcome) => outcome === 'body_invalid')).to.have.length(9)
    expect(books.events).to.have.length(2)
  })

  it('go on after a change that failed', async () => {
    const books = memoryBooks()
    books.failNext = 'append'
    const [first, second] = await Promise.all([
      failureOf(books.registers.open('drill', 'hold', opening)),
      failureOf(
        books.registers.open('drill', 'opt_out', { ...opening, student: 's', facts: { from: '2026-09-01' } }),
      ),
    ])
    expect([first, second]).to.deep.equal(['append failed', 'done'])
  })

  it('name no student in another student’s event', async () => {
    const books = memoryBooks()
    const students = ['alpha-1', 'beta-2', 'gamma-3']
    // The door has checked the shape of what it hands on.
    await books.disclosures.disclose('drill', aDisclosure({ students }) as unknown as DisclosureBody)
    expect(books.events.map(({ personal }) => personal?.subject)).to.deep.equal(students)
    for (const event of books.events) {
      const text = JSON.stringify(event)
      expect(students.filter((student) => text.includes(student))).to.deep.equal([event.personal?.subject])
    }
  })
})
