import { expect } from 'chai'
import type { Posture } from '../../../contracts/posture.ts'
import { startHubSender } from '../../../compliance/hub/sender.ts'

// The sender hands a posture on and looks at nothing in it.
const named = (ruleset: string) => ({ ruleset }) as Posture
const delivery = { accepted: 1, refused: 0, waiting: 0 }

describe('the sender of postures', () => {
  it('sends one at a time, and of those that came meanwhile the newest', async () => {
    const started: string[] = []
    const answers: (() => void)[] = []
    const sent = { count: 0 }
    const sender = startHubSender({
      send: ({ ruleset }) => {
        started.push(ruleset)
        return new Promise((resolve) => answers.push(() => resolve(delivery)))
      },
      onSent: () => (sent.count += 1),
      onFailure: (error) => expect.fail(String(error)),
    })
    for (const name of ['a', 'b', 'c']) sender.tell(named(name))
    expect(started).to.deep.equal(['a'])
    answers[0]?.()
    await new Promise(setImmediate)
    expect(started).to.deep.equal(['a', 'c'])
    answers[1]?.()
    await sender.close()
    expect(sent.count).to.equal(2)
  })

  it('goes on after a failure, and calls a stop none', async () => {
    const failures: unknown[] = []
    const sender = startHubSender({
      send: ({ ruleset }, signal) =>
        new Promise((_, reject) => {
          if (ruleset === 'a') reject(new Error('no'))
          else signal.addEventListener('abort', () => reject(new Error('stopped')))
        }),
      onSent: () => expect.fail('nothing was sent'),
      onFailure: (error) => failures.push(error),
    })
    sender.tell(named('a'))
    await new Promise(setImmediate)
    sender.tell(named('b'))
    await sender.close()
    expect(failures).to.have.lengthOf(1)
  })
})
