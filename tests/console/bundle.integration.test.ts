import { expect } from 'chai'
import { bundlePages, type PageBundle } from '../../console/bundle.ts'

describe('the bundle of the pages', () => {
  let bundle: PageBundle
  before(async () => {
    bundle = await bundlePages()
  })

  const bytesOf = (ending: string) =>
    [...bundle.assets]
      .filter(([name]) => name.endsWith(ending))
      .reduce((sum, [, { gzipped }]) => sum + gzipped.length, 0)

  it('has less than 150 KB of script for every page together', () => {
    expect(bytesOf('.js')).to.be.below(150_000)
  })

  it('keeps the charts out of what every page loads first', () => {
    const first = /src="\/assets\/([^"]+)"/.exec(bundle.page)?.[1] ?? ''
    expect(bundle.assets.get(first)?.gzipped.length).to.be.below(25_000)
  })

  it('loads nothing from elsewhere and holds nothing inline', () => {
    expect(bundle.page).not.to.match(/https?:|<style|style=|\son\w+=|<script(?![^>]*src=)/)
    for (const [name, { body }] of bundle.assets)
      if (name.endsWith('.css')) expect(body.toString()).not.to.match(/url\(|@import/)
  })

  it('names every part after its content', () => {
    for (const name of bundle.assets.keys()) expect(name).to.match(/-[0-9A-Za-z]{8}\.(?:js|css|svg)$/)
  })
})
