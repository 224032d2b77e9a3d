import { expect } from 'chai'
import type { Incident } from '../../../contracts/incident.ts'
import {
  applyChange,
  countStates,
  emptyInbox,
  keptResolved,
  type InboxChange,
  type InboxState,
} from '../../../console/inbox/incident.ts'
import { change } from './events.ts'

function after(...changes: readonly InboxChange[]): InboxState {
  return changes.reduce(applyChange, emptyInbox)
}

function only(state: InboxState): Incident {
  const [incident, ...rest] = state.incidents.values()
  expect(rest).to.deep.equal([])
  if (incident === undefined) throw new Error('there is no incident')
  return incident
}

describe('the life of an incident', () => {
  it('opens with a trigger', () => {
    const { id, state, events, steps } = only(after(change('trigger', 'a')))
    expect({ id, state, events, steps: steps.length }).to.deep.equal({
      id: 1,
      state: 'triggered',
      events: 1,
      steps: 1,
    })
  })

  it('counts a second trigger of the same key and stays one incident', () => {
    expect(only(after(change('trigger', 'a'), change('trigger', 'a', 9)))).to.include({
      events: 2,
      state: 'triggered',
      openedAt: '2026-11-21T12:00:00.000Z',
      lastEventAt: '2026-11-21T12:00:09.000Z',
    })
  })

  it('stays acknowledged when it triggers again', () => {
    const state = after(change('trigger', 'a'), change('acknowledge', 'a', 1), change('trigger', 'a', 2))
    expect(only(state)).to.include({ state: 'acknowledged', events: 3 })
  })

  it('resolves, and a later trigger of its key opens another', () => {
    const state = after(change('trigger', 'a'), change('resolve', 'a', 1), change('trigger', 'a', 2))
    expect([...state.incidents.values()].map(({ id, state: name }) => [id, name])).to.deep.equal([
      [1, 'resolved'],
      [2, 'triggered'],
    ])
  })

  it('ignores an acknowledge and a resolve of a key nobody opened', () => {
    expect(after(change('acknowledge', 'a'), change('resolve', 'a'))).to.equal(emptyInbox)
  })

  it('never comes back from resolved', () => {
    const state = after(change('trigger', 'a'), change('resolve', 'a'), change('acknowledge', 'a'))
    expect(only(state)).to.include({ state: 'resolved', events: 2 })
  })

  it('keeps who acknowledged it on the page, without counting that as an event', () => {
    const person: InboxChange = {
      kind: 'person',
      time: '2026-11-21T12:01:00.000Z',
      incident: 1,
      action: 'acknowledge',
      person: 'sre@console.example',
    }
    const incident = only(after(change('trigger', 'a'), person))
    expect(incident).to.include({ state: 'acknowledged', events: 1 })
    expect(incident.steps.at(-1)).to.include({ by: 'person', person: 'sre@console.example' })
  })

  it('keeps the beginning and the newest steps of a long life', () => {
    const many = Array.from({ length: 500 }, (_, at) => change('trigger', 'a', at))
    const { steps, events } = only(after(...many))
    expect(events).to.equal(500)
    expect(steps).to.have.lengthOf(100)
    expect(steps[0]?.time).to.equal('2026-11-21T12:00:00.000Z')
    expect(steps.at(-1)?.time).to.equal(new Date(Date.UTC(2026, 10, 21, 12, 0, 499)).toISOString())
  })

  it('forgets the oldest resolved incidents and never an open one', () => {
    const changes = [change('trigger', 'open')]
    for (let at = 0; at < keptResolved + 50; at++) {
      changes.push(change('trigger', `key ${at}`), change('resolve', `key ${at}`))
    }
    const state = after(...changes)
    expect(countStates(state)).to.deep.equal({ triggered: 1, acknowledged: 0, resolved: keptResolved })
    expect(state.incidents.get(1)?.dedupKey).to.equal('open')
  })
})
