/** Reads the rooms' sources: what they log and serve must be declared, or the fence would hide it from its owners. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import { logEvents } from '../../contracts/log-events.ts'
import { pathWords } from '../../contracts/path-words.ts'

const root = new URL('../..', import.meta.url)
const rooms = ['app', 'audit', 'sdk', 'lib', 'collector', 'compose']

function sources(): string[] {
  return rooms.flatMap((room) =>
    readdirSync(new URL(`${room}/`, root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(new URL(`${room}/${file}`, root), 'utf8')),
  )
}

describe('declared words', () => {
  it('hold every event the rooms log', () => {
    const logged = sources().flatMap((text) =>
      [...text.matchAll(/\blog(?:ger)?\.(?:info|warn|error|debug)\(\s*'([^']+)'/g)].map(
        ([, event]) => event ?? '',
      ),
    )
    expect(logged).to.not.have.length(0)
    expect(logged.filter((event) => !(logEvents as readonly string[]).includes(event))).to.deep.equal([])
  })

  it('hold every word of the routes the rooms serve', () => {
    const routes = sources().flatMap((text) =>
      [...text.matchAll(/\b(?:app|door|router)\.(?:get|post|put|patch|delete|use)\(\s*'(\/[^']*)'/g)].map(
        ([, route]) => route ?? '',
      ),
    )
    const words = routes.flatMap((route) => route.split('/')).filter((word) => /^[^:*]/.test(word))
    expect(words).to.not.have.length(0)
    expect(words.filter((word) => !(pathWords as readonly string[]).includes(word))).to.deep.equal([])
  })
})
