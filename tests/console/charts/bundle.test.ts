import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { build } from 'esbuild'

const charts = join(import.meta.dirname, '../../../console/charts')
/** What a phone has to load before it sees a chart. */
const mostBytes = 60 * 1_024

describe('the code of the charts', () => {
  it('is at most 60 KB gzipped, uPlot and styles among it', async () => {
    const { outputFiles } = await build({
      entryPoints: [join(charts, 'mount.ts'), join(charts, 'console-api.ts'), join(charts, 'charts.css')],
      outdir: charts,
      bundle: true,
      write: false,
      minify: true,
      format: 'esm',
      target: 'es2023',
    })
    const sizes = outputFiles.map(({ contents }) => gzipSync(contents).length)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    console.info(`      charts: ${(total / 1_024).toFixed(1)} KB gzipped`)
    expect(total).to.be.below(mostBytes)
    expect(outputFiles.find(({ path }) => path.endsWith('.css'))?.text).to.include('.u-over')
  })
})
