import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { expect } from 'chai'
import { gather } from '../../../compliance/gather/gather.ts'

interface Planted {
  readonly control: string
  readonly file: string
  readonly line: number
}

const fixtures = join(import.meta.dirname, '../fixtures')
const planted: readonly Planted[] = JSON.parse(readFileSync(join(fixtures, 'bad/planted.json'), 'utf8'))

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}

/** Reads the marks: a comment names the controls that fail on the line below it, or on its own line behind something. */
function marksIn(folder: string): Planted[] {
  return filesIn(folder).flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .flatMap((text, at) => {
        const [, before = '', controls = ''] = /^(.*?) *(?:#|--) planted: (.*)$/.exec(text) ?? []
        const line = before === '' ? at + 2 : at + 1
        return controls
          .split(' ')
          .filter((control) => control !== '')
          .map((control) => ({ control, file, line }))
      }),
  )
}

const sorted = (list: readonly Planted[]) =>
  list
    .map(({ control, file, line }) => `${file}:${line} ${control}`)
    .sort((left, right) => (left < right ? -1 : 1))

describe('the bad sample and its good twin', () => {
  it('list every planted fault where the files mark it', () => {
    expect(planted.length).to.be.above(100)
    expect(sorted(planted)).to.deep.equal(sorted(marksIn(join(fixtures, 'bad'))))
    expect(marksIn(join(fixtures, 'good'))).to.deep.equal([])
  })

  it('plant faults of controls by their ids, each once in a line', () => {
    for (const { control } of planted) expect(control).to.match(/^[A-Z]{3}-[0-9]{2}$/)
    expect(new Set(sorted(planted)).size).to.equal(planted.length)
  })

  it('are read without a fault, and every planted line belongs to something that was found', async () => {
    for (const twin of ['good', 'bad']) {
      const { faults, resources, sources } = await gather([join(fixtures, twin)])
      expect(faults).to.deep.equal([])
      expect(sources).to.have.length(filesIn(join(fixtures, twin)).length)
      if (twin === 'good') continue
      const lines = new Set(
        resources.flatMap(({ position, attributes }) =>
          [position, ...attributes.values()].map(({ file, startLine }) => `${file}:${startLine}`),
        ),
      )
      const lost = planted.filter(({ file, line }) => !lines.has(`${join(fixtures, 'bad', file)}:${line}`))
      expect(lost).to.deep.equal([])
    }
  })
})
