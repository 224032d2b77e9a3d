import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'
import { readDocument, type Block, type Inline } from '../../../console/runbooks/document.ts'

function links(blocks: readonly Block[]): string[] {
  const inText = (parts: readonly Inline[]): string[] =>
    parts.flatMap((part) => [
      ...(part.kind === 'link' ? [part.href] : []),
      ...('parts' in part ? inText(part.parts) : []),
    ])
  return blocks.flatMap((block) => ('parts' in block ? inText(block.parts) : []))
}

describe('a runbook', () => {
  it('is read into headings, lists, code and tables', () => {
    const blocks = readDocument(
      '# A\n\ntext `code`\n\n1. one\n2. two\n\n```promql\nup\n```\n\n| a | b |\n| - | - |\n| 1 | 2 |\n',
    )
    expect(blocks.map(({ kind }) => kind)).to.deep.equal(['heading', 'paragraph', 'list', 'code', 'table'])
  })

  it('keeps markup as text', () => {
    const blocks = readDocument('<script>alert(1)</script>\n\ntext <img src=x onerror=alert(1)> more\n')
    expect(JSON.stringify(blocks)).to.contain('<script>alert(1)</script>')
    expect(new Set(blocks.map(({ kind }) => kind))).to.deep.equal(new Set(['paragraph']))
  })

  it('takes the address from links that lead anywhere but to the web, the console or the page', () => {
    const good = ['/runbooks/HighErrorRate', 'https://example.org/a', '#diagnosis']
    const bad = [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      'JaVaScRiPt:x',
      '/\\evil.example',
    ]
    const text = [...good, ...bad].map((href) => `[a](<${href}>)`).join('\n\n')
    expect(links(readDocument(text))).to.deep.equal(good)
  })

  it('bounds the nesting of what it draws', () => {
    const deep = `${'> '.repeat(200)}x`
    expect(JSON.stringify(readDocument(deep)).length).to.be.below(2_000)
  })

  it('is read whole for every runbook of the house', () => {
    const folder = join(import.meta.dirname, '../../../docs/runbooks')
    for (const file of readdirSync(folder, { withFileTypes: true })) {
      if (!file.name.endsWith('.md')) continue
      const blocks = readDocument(readFileSync(join(folder, file.name), 'utf8'))
      expect(blocks.length, file.name).to.be.above(3)
    }
  })
})
