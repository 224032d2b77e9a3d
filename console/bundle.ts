/** Bundles the pages with esbuild into memory when the console starts; the charts are a part of their own. */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, stop } from 'esbuild'

export interface Asset {
  /** Media type. */
  readonly type: string
  readonly body: Buffer
  readonly gzipped: Buffer
}

export interface PageBundle {
  readonly page: string
  /** By file name, which holds a hash of the content. */
  readonly assets: ReadonlyMap<string, Asset>
}

const folder = join(import.meta.dirname, 'web')
const types: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

/** Builds the page and its parts. */
export async function bundlePages(): Promise<PageBundle> {
  const [{ outputFiles, metafile }, icon, template] = await Promise.all([
    compile(),
    readFile(join(folder, 'icon.svg')),
    readFile(join(folder, 'index.html'), 'utf8'),
  ])
  // Its service process would keep some 50 MB for the life of the console.
  await stop()
  const assets = new Map<string, Asset>()
  for (const { path, contents } of outputFiles) {
    const body = Buffer.from(contents)
    const name = basename(path)
    const type = types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream'
    assets.set(name, { type, body, gzipped: gzipSync(body) })
  }
  const iconName = `icon-${createHash('sha256').update(icon).digest('hex').slice(0, 8)}.svg`
  assets.set(iconName, { type: 'image/svg+xml', body: icon, gzipped: gzipSync(icon) })
  const entry = (file: string) => {
    const found = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(file))
    // Every entry point has an output, or the build has thrown.
    return `/assets/${basename(found![0])}`
  }
  const page = template
    .replace('{{script}}', entry('web/console.ts'))
    .replace('{{style}}', entry('web/console.css'))
    .replace('{{icon}}', `/assets/${iconName}`)
  return { page, assets }
}

function compile() {
  return build({
    entryPoints: [join(folder, 'console.ts'), join(folder, 'console.css')],
    outdir: folder,
    bundle: true,
    write: false,
    metafile: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: ['es2023', 'chrome120', 'firefox121', 'safari17'],
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    legalComments: 'none',
    logLevel: 'silent',
  })
}
