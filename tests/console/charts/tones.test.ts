import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'chai'

const css = readFileSync(join(import.meta.dirname, '../../../console/charts/tones.css'), 'utf8')
const frame = readFileSync(join(import.meta.dirname, '../../../console/web/styles/frame.css'), 'utf8')
const pair = String.raw`light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)`
const card = new RegExp(`--card: ${pair}`).exec(frame)

/** Relative luminance of a colour (WCAG 2.2). */
function luminance(hex: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = channels.map((channel) =>
    channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (light + 0.05) / (dark + 0.05)
}

/** Every colour of a class, with the property that sets it. */
const colors = [...css.matchAll(/\.([\w-]+) \{([^}]*)\}/g)].flatMap(([, name = '', body = '']) =>
  [...body.matchAll(new RegExp(`(color|--fill): ${pair}`, 'g'))].map(
    ([, property = '', light = '', dark = '']) => ({ name, property, light, dark }),
  ),
)

describe('the colours of charts', () => {
  it('are found', () => {
    expect(colors).to.have.length.above(20)
    expect(card).not.to.equal(null)
  })

  for (const { name, property, light, dark } of colors) {
    // Words need 4.5 : 1, lines and shapes 3 : 1 (WCAG 2.2, 1.4.3 and 1.4.11).
    const least = name.startsWith('tone-') && property === 'color' ? 4.5 : 3
    it(`can be told from a card: ${property} of ${name}`, () => {
      expect(contrast(light, card?.[1] ?? '')).to.be.at.least(least)
      expect(contrast(dark, card?.[2] ?? '')).to.be.at.least(least)
    })
  }
})
