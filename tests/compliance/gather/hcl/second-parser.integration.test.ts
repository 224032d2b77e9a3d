import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { parseHcl } from '../../../../compliance/gather/hcl/parse.ts'
import type { Body } from '../../../../compliance/gather/hcl/syntax.ts'

const root = join(import.meta.dirname, '../../../..')
const folders = ['compose', 'tests/compliance/fixtures'].map((folder) => join(root, folder))
/** Read where it is, beside the checkout; never copied. */
const labelled = join(root, '../shared/fixtures/labelled')

type Tree = Readonly<Record<string, unknown>>
type OtherParser = { readonly parse: (name: string, text: string) => Promise<Tree> }

// Its types bring those of browsers along, which would hold for every file of this project.
const otherParser: string = '@cdktn/hcl2json'

/** Names what a body holds, path by path, as our parser has it: attributes, and blocks with their labels and number. */
function pathsOf(body: Body, prefix = ''): string[] {
  const groups = Map.groupBy(body.blocks, ({ type, labels }) => [type, ...labels].join('/'))
  return [
    ...body.attributes.map(({ name }) => `${prefix}${name}`),
    ...[...groups].flatMap(([name, blocks]) =>
      blocks.flatMap((block, at) => [
        `${prefix}${name}[${at}]`,
        ...pathsOf(block.body, `${prefix}${name}[${at}]/`),
      ]),
    ),
  ]
}

/** The same names, looked up in what the other parser made; whatever is there and was not asked for is named too. */
function pathsIn(body: Body, tree: Tree, prefix = ''): string[] {
  const asked = new Set([...body.attributes.map(({ name }) => name), ...body.blocks.map(({ type }) => type)])
  const more = Object.keys(tree).filter((key) => !asked.has(key))
  const groups = Map.groupBy(body.blocks, ({ type, labels }) => [type, ...labels].join('/'))
  return [
    ...more.map((key) => `${prefix}${key} (more)`),
    ...body.attributes.filter(({ name }) => name in tree).map(({ name }) => `${prefix}${name}`),
    ...[...groups].flatMap(([name, blocks]) => {
      const found = name.split('/').reduce<unknown>((at, key) => (at as Tree | undefined)?.[key], tree)
      if (!Array.isArray(found)) return []
      return found.flatMap((each: unknown, at) => {
        const block = blocks[at]
        const path = `${prefix}${name}[${at}]`
        return block === undefined ? [path] : [path, ...pathsIn(block.body, each as Tree, `${path}/`)]
      })
    }),
  ]
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.tf') && !name.includes('.terraform/'))
    .map((name) => join(folder, name))
}

describe('our parser of HCL and another one', () => {
  for (const [what, from, atLeast] of [
    ['our own files', folders, 20],
    ['the labelled files', existsSync(labelled) ? [labelled] : [], existsSync(labelled) ? 40 : 0],
  ] as const) {
    it(`find the same blocks and attributes in ${what} (at least ${atLeast} of them)`, async () => {
      const files = from.flatMap(filesIn)
      const { parse } = (await import(otherParser)) as OtherParser
      expect(files.length).to.be.at.least(atLeast)
      for (const file of files) {
        const bytes = readFileSync(file)
        const other = await parse(file, bytes.toString()).catch(() => undefined)
        const { body, faults } = parseHcl(bytes)
        // What the other one refuses we may name a fault of, or read.
        if (other === undefined) continue
        expect(faults, file).to.deep.equal([])
        expect(pathsIn(body, other).sort(), file).to.deep.equal(pathsOf(body).sort())
      }
    })
  }
})
